"use strict";

const root = document.getElementById("swagger-ui");

window.ui = SwaggerUIBundle({
  url: root.dataset.document,
  dom_id: "#swagger-ui",
  deepLinking: true,
  // "Try it out" starts with a credential: the access token below /api, the API key below /analyze.
  persistAuthorization: false,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // The validator of Swagger UI is a service on the network.
  validatorUrl: null,
});
