// The reference of the API, drawn from /openapi.json by the vendored Swagger UI.
const place = document.querySelector("#reference");
window.SwaggerUIBundle({
  url: place.dataset.document,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  queryConfigEnabled: false,
  // Calls are made by the systems of forces; a token typed here would stay in the page.
  supportedSubmitMethods: [],
});
