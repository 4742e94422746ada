// What every page does with scripts: error summaries take the focus, buttons ignore a second press.
import { initAll } from "./vendor/govuk-frontend.min.js";

initAll();
