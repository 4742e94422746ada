// The reference of the API, drawn from /openapi.json by the vendored Swagger UI.
// It shows the calls of one audience, at first those of a force; a field changes the filter.
const place = document.querySelector("#reference");
const audience = new URLSearchParams(window.location.search).get("for") ?? "force";
window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  filter: audience,
  validatorUrl: null,
  queryConfigEnabled: false,
  // Calls are made by the systems of forces; a token typed here would stay in the page.
  supportedSubmitMethods: [],
});
