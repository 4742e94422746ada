"""A second language is one file: every page says its texts, and English stays nowhere.

The language of these tests marks each text of the catalogue, so that a word without marks is one
that the catalogue does not know. Its name is of those that ISO 639-2 reserves for private use.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from domain.applications.forms import FORMS
from service.public import rendering
from service.public.pages import ROUTES
from service.public.rendering import _BUILT_IN, _flat, catalogues, english
from tests.integration.api.driver import World
from tests.integration.applications.applying import Applicant, offered, photograph
from tests.integration.applications.test_handing import handed, request_of
from tests.integration.public.visiting import Visitor, texts_in, visiting

PSEUDO = "qps"
_TAG = re.compile(r"<(?:style|option)[^>]*>.*?</(?:style|option)>|<[^>]+>", re.DOTALL)
_SHOWN_IN = re.compile(r'(?:aria-label|alt|title|placeholder)="([^"]*)"')
_OPTION = re.compile(r"<option[^>]*>(.*?)</option>", re.DOTALL)
_HEX = re.compile(r"\b[0-9a-f]{8,}\b")
"""An id that means nothing to its reader."""
_MARKED = re.compile(r"⟦[^⟦⟧]*⟧")
OF_PEOPLE = {"Forename", "Surname", "Exeter", "certificate", "pdf", "answer", "txt", "jpg"}
"""Words that applicants typed, and names of files."""


def unmarked(page: str) -> set[str]:
    """Return the words of a page that stand outside the marks of the catalogue."""
    body = page.partition("<head>")[2]
    words = " ".join([_TAG.sub(" ", body), *_SHOWN_IN.findall(body), *_OPTION.findall(body)])
    # Marks may stand within marks: a sentence with a day in it, with a month in that.
    while _MARKED.search(words):
        words = _MARKED.sub("", words)
    found = re.findall(r"[A-Za-z]{3,}", words)
    # References and codes are in capitals alone.
    return {word for word in found if not word.isupper()}


@dataclass(slots=True)
class Walk:
    """The pages that were seen, and the templates that drew them."""

    pages: list[Response] = field(default_factory=list)
    templates: set[str] = field(default_factory=set)

    def see(self, *pages: Response) -> None:
        self.pages += pages


@pytest.fixture
def walk(monkeypatch: pytest.MonkeyPatch) -> Walk:
    """Return a walk that notes every template that is drawn."""
    made, environment = Walk(), rendering._environment()
    found = environment.get_template

    def noted(name: str, *others: Any) -> Any:
        made.templates.add(name)
        return found(name, *others)

    monkeypatch.setattr(environment, "get_template", noted)
    return made


@pytest.fixture
def pseudo(tmp_path: Path) -> Iterator[Path]:
    """Return the directory of the one further catalogue."""
    with offered(), texts_in():
        marked = {name: f"⟦{text}⟧" for name, text in english().texts.items()}
        (tmp_path / f"{PSEUDO}.json").write_text(json.dumps(marked), encoding="utf-8")
        yield tmp_path


@pytest.mark.dear("asks for every page in every language")
def test_every_page_says_every_text_in_the_language_of_the_file(
    sqlite_world: World, pseudo: Path, walk: Walk
) -> None:
    with visiting(sqlite_world, pseudo) as visitor:
        visitor.get(f"/language/{PSEUDO}?back=/")
        _before(visitor, walk)
        _forms(visitor, walk)
        _sent(visitor, walk)
        _answered(visitor, walk)
        _withdrawn(visitor, walk)

    drawn = {one.name for one in (Path(rendering.__file__).parent / "templates").glob("*.html")}
    assert walk.templates == drawn
    assert len(walk.pages) > 40
    assert [one.url for one in walk.pages if _HEX.search(_TAG.sub(" ", one.text))] == []
    assert {one.text.count(f'lang="{PSEUDO}"') for one in walk.pages} == {1}
    # The links to the other languages say their names in these languages.
    words = {word: one.url for one in walk.pages for word in unmarked(one.text)}
    assert {
        word: at for word, at in words.items() if word not in OF_PEOPLE | {"English", "Cymraeg"}
    } == {}


def _before(visitor: Visitor, walk: Walk) -> None:
    """See the pages without an application, and those of refusals."""
    walk.see(*(visitor.get(path) for path in ("/", "/open", "/nowhere", "/application")))
    walk.see(visitor.send("/open", {"reference": "x", "code": "y"}))
    walk.see(visitor.client.post("/open", data={"csrf": "x"}))
    walk.see(*(visitor.get(f"/apply/{kind}") for kind in FORMS))
    walk.see(*(visitor.get(f"/help/{name}") for name in rendering.HELP_PAGES))


def _forms(visitor: Visitor, walk: Walk) -> None:
    """See every page of every form: empty, refused, and its documents."""
    for kind, form in FORMS.items():
        walk.see(visitor.send(f"/apply/{kind}"))
        for page in form.pages:
            at = f"/application/question/{page.name}"
            walk.see(visitor.get(at), visitor.send(at, {"birth-day-day": "31"}))
        for slot in form.slots:
            at = f"/application/document/{slot.name}"
            walk.see(visitor.get(at), visitor.send(at, files={"document": ("me.txt", b"words")}))
        walk.see(visitor.get("/application/check"), visitor.send("/application/check"))


def _sent(visitor: Visitor, walk: Walk) -> None:
    """See a form that is filled in, sent, asked about and answered wrongly."""
    visitor.begin()
    walk.see(visitor.get("/application/reference"), visitor.fill())
    photo = {"document": ("me.jpg", photograph())}
    walk.see(visitor.send("/application/document/portrait", files=photo))
    walk.see(visitor.get("/application/document/portrait"), visitor.get("/application/check"))
    walk.see(visitor.send("/application/check", {"declared": "yes"}), visitor.get("/application"))
    request = request_of(visitor.world, "library-ticket")
    request.step("ask", words="?")
    walk.see(visitor.get("/application"))
    walk.see(visitor.send("/application/answer", shown="/application"))
    text = {"document": ("me.txt", b"words")}
    said = {"words": "!"}
    walk.see(visitor.send("/application/answer", said, shown="/application", files=text))
    visitor.send("/application/answer", said, shown="/application")
    assert request.post("search").status_code == 201
    request.identify()
    request.release()
    walk.see(visitor.get("/application"), visitor.send("/application/withdraw"))


def _answered(visitor: Visitor, walk: Walk) -> None:
    """See a document that lies ready."""
    applicant, _ = handed(visitor.world)
    _open(visitor, applicant)
    walk.see(visitor.get("/application"), visitor.get("/application/download/1"))
    walk.see(visitor.get("/application/subscription"))
    walk.see(visitor.send("/application/subscription", {"act": "begin"}))
    walk.see(visitor.get("/application/download/2"))


def _withdrawn(visitor: Visitor, walk: Walk) -> None:
    visitor.begin()
    visitor.fill(person=2)
    visitor.send("/application/check", {"declared": "yes"})
    walk.see(visitor.get("/application/withdraw"), visitor.send("/application/withdraw"))


def _open(visitor: Visitor, applicant: Applicant) -> None:
    visitor.send("/open", {"reference": applicant.reference, "code": applicant.code})


def test_the_walk_finds_a_text_that_no_catalogue_knows() -> None:
    page = '<head></head><p title="Hello">⟦Known⟧ stray</p><option>Other</option>'

    assert unmarked(page) == {"Hello", "stray", "Other"}


def test_welsh_says_every_text_that_english_says_with_the_same_gaps() -> None:
    welsh, known = catalogues(None)["cy"].texts, english().texts
    own = dict(_flat(json.loads((_BUILT_IN / "cy.json").read_text(encoding="utf-8"))))
    alike = {name for name, text in own.items() if text == known[name]}

    assert own.keys() == known.keys() == welsh.keys()
    assert {name: _gaps(text) for name, text in own.items()} == {
        name: _gaps(text) for name, text in known.items()
    }
    assert {name for name in alike if not name.startswith("lands.")} == ALIKE


ALIKE = {"common.date", "document.pdf", "download.size", "help.contact.1.text"}
"""Texts without a word that has another name in Welsh."""


def _gaps(text: str) -> list[str]:
    return sorted(re.findall(r"{(\w+)}", text))


def test_an_applicant_applies_in_welsh(visitor: Visitor) -> None:
    assert 'lang="cy" hreflang="cy"' in visitor.get("/").text
    first = visitor.get("/language/cy?back=/").text
    visitor.begin()
    faulty = visitor.send("/application/question/birth", {"birth-day-day": "31"}).text
    checked = visitor.fill().text
    asked = visitor.send("/application/check").text
    visitor.send("/application/check", {"declared": "yes"})
    state = visitor.get("/application").text

    assert '<html lang="cy"' in first
    assert "swyddfa cofnodion troseddol" in first
    assert "Dyddiad geni: rhaid rhoi diwrnod, mis a blwyddyn" in faulty
    assert "Rhowch eich man geni" in faulty
    assert "12 Mawrth 1984" in checked
    assert "Y Deyrnas Unedig\nFfrainc" in checked
    assert "Cadarnhewch fod eich atebion yn wir" in asked
    assert "Anfonwyd eich cais" in state


def test_an_operator_corrects_a_welsh_text(tmp_path: Path) -> None:
    (tmp_path / "cy.json").write_text('{"common": {"back": "Nôl"}}', encoding="utf-8")

    mended = catalogues(tmp_path)["cy"]

    assert (mended.say("common.back"), mended.say("common.day")) == ("Nôl", "Diwrnod")


def test_a_choice_of_a_language_is_named_in_it_and_kept(sqlite_world: World, pseudo: Path) -> None:
    with visiting(sqlite_world, pseudo) as visitor:
        offered_in_english = visitor.get("/").text
        visitor.get(f"/language/{PSEUDO}?back=/open")
        kept = visitor.get("/open").text
        back = visitor.get("/language/en?back=/").text
        unknown = visitor.get("/language/fr?back=/")

    assert f'lang="{PSEUDO}" hreflang="{PSEUDO}"' in offered_in_english
    assert f'<html lang="{PSEUDO}"' in kept
    assert '<html lang="en"' in back
    assert unknown.status_code == 404


def test_the_walk_knows_every_address() -> None:
    """A new address has to be walked above; those that draw no page are named here."""
    drawn = {
        *("/", "/apply/{kind}", "/open", "/application/reference"),
        *("/application", "/application/answer", "/application/withdraw", "/application/check"),
        *(
            "/application/subscription",
            "/application/sent",
            "/application/question/{page}",
            "/application/document/{slot}",
        ),
        *("/application/download/{number:int}", "/help/{name}"),
    }
    drawing_none = {"/language/{language}", "/application/leave"}
    drawing_none |= {"/application/document/{slot}/picture"}
    letters = {"/application/papers/{number:int}"}

    assert {route.path for route in ROUTES} == drawn | drawing_none | letters
