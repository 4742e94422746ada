"""Clients that generators of others make from the OpenAPI document compile, and call it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.integration.http.server import Served, serving
from tests.interop.counterparts import COUNTERPARTS, counterpart, program

TYPESCRIPT = """
import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import type { paths } from "./document.js";

const [address, token, file] = process.argv.slice(2) as [string, string, string];
const client = createClient<paths>({ baseUrl: address, headers: { Authorization: token } });
const header = { "X-Purpose": "arrest" } as const;
type Search = paths["/v1/searches"]["post"];
type Body = NonNullable<Search["requestBody"]>["content"]["application/json"];
const body = JSON.parse(readFileSync(file, "utf-8")) as Body;
const made = await client.POST("/v1/searches", { body, params: { header } });
if (!made.data) throw new Error(JSON.stringify(made.error));
const path = { search_id: made.data.search_id };
const read = await client.GET("/v1/searches/{search_id}", { params: { path, header } });
if (!read.data) throw new Error(JSON.stringify(read.error));
console.log(read.data.search_type);
"""
PYTHON = """
import json, sys
from made import AuthenticatedClient
from made.api.force import get_search, post_search
from made.models import GetSearchXPurpose, PostSearchXPurpose, SearchBody

address, token, file = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=token.removeprefix("Bearer "))
body = SearchBody.from_dict(json.load(open(file)))
made = post_search.sync(client=client, body=body, x_purpose=PostSearchXPurpose.ARREST)
read = get_search.sync(made.search_id, client=client, x_purpose=GetSearchXPurpose.ARREST)
print(read.search_type)
"""
BEYOND_THE_GENERATOR = (
    *("image/", "application/pdf", "application/zip"),
    *("application/x-ndjson", "application/xml", "application/vc"),
)
"""Kinds of content of which openapi-python-client makes nothing, whoever describes them."""


@dataclass(frozen=True, slots=True)
class Described:
    """A service, a token of a force, and the files of its document and of a body."""

    served: Served
    token: str
    document: Path
    body: Path

    def arguments(self) -> tuple[str, str, str]:
        """Return what both programs are called with."""
        return f"http://127.0.0.1:{self.served.port}", self.token, str(self.body)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Described]:
    directory = tmp_path_factory.mktemp("described")
    with serving(directory) as served:
        document = httpx2.get(f"http://127.0.0.1:{served.port}/openapi.json", timeout=60).json()
        post = document["paths"]["/v1/searches"]["post"]["requestBody"]
        files = {"openapi": document, "body": post["content"]["application/json"]["example"]}
        for name, value in files.items():
            (directory / f"{name}.json").write_text(json.dumps(value))
        token = f"Bearer {issued(served)}"
        yield Described(served, token, directory / "openapi.json", directory / "body.json")


def issued(served: Served) -> str:
    """Return a new token of a force."""
    store = {"IDENTLINK_STORE": str(served.settings.store)}
    told = run(
        sys.executable,
        *("-m", "service", "token", "issue", "--role", "force", "--force", "01", "--json"),
        cwd=Path.cwd(),
        **store,
    )
    return str(json.loads(told)["secret"])


def run(*command: str, cwd: Path, **environment: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own command, and programs that were found
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_a_client_in_typescript_compiles_strictly_and_searches(
    described: Described, tmp_path: Path
) -> None:
    node, found = program("node"), Path(counterpart("node_modules/.bin"))
    (tmp_path / "node_modules").symlink_to(COUNTERPARTS / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "call.ts").write_text(TYPESCRIPT)

    run(
        str(found / "openapi-typescript"),
        str(described.document),
        "-o",
        "document.ts",
        cwd=tmp_path,
    )
    strictly = ("--strict", "--target", "es2022", "--module", "nodenext")
    run(node, str(found / "tsc"), *strictly, "call.ts", cwd=tmp_path)
    told = run(node, "call.js", *described.arguments(), cwd=tmp_path)

    assert told == "TP/TP\n"


def test_a_client_in_python_is_made_whole_and_searches(
    described: Described, tmp_path: Path
) -> None:
    ruff = str(Path(shutil.which("ruff", path=str(Path(sys.executable).parent)) or "").parent)
    generate = ("generate", "--path", str(described.document), "--meta", "none")
    told = run(
        counterpart("bin/openapi-python-client"),
        *generate,
        *("--output-path", "made"),
        cwd=tmp_path,
        PATH=f"{ruff}:{os.environ['PATH']}",
    )

    python = counterpart("bin/python")
    run(python, "-m", "compileall", "-q", "made", cwd=tmp_path)
    (tmp_path / "call.py").write_text(PYTHON)
    found = run(python, "call.py", *described.arguments(), cwd=tmp_path)

    assert found == "TP/TP\n"
    assert [one for one in _left_out(told) if not _is_beyond(one)] == []


def _left_out(told: str) -> list[str]:
    """Return what the generator says of each part that it could not make."""
    parts: list[Any] = told.split("WARNING parsing ")[1:]
    return [" ".join(part.split())[:400] for part in parts]


def _is_beyond(part: str) -> bool:
    return any(kind in part for kind in BEYOND_THE_GENERATOR)
