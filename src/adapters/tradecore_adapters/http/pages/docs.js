"use strict";

const root = document.getElementById("swagger-ui");

// Swagger UI renders a link inside the button of each operation, which neither keyboards nor screen readers can use.
const plainNames = () => ({
  wrapComponents: {
    DeepLink: (_, system) => (props) => system.React.createElement("span", null, props.text),
  },
});

const regions = { ".information-container": "About this API", ".schemes-server-container": "Server and credentials" };

// What Swagger UI leaves without a name, without a landmark, or out of reach of the keyboard.
function complete() {
  for (const [selector, name] of Object.entries(regions)) {
    const region = root.querySelector(`${selector}:not([role])`);
    region?.setAttribute("role", "region");
    region?.setAttribute("aria-label", name);
  }
  // The title is of level 1, and the next headings of level 3.
  for (const heading of root.querySelectorAll(":is(h3, h4, h5):not([aria-level])")) {
    heading.setAttribute("aria-level", heading.localName[1] - 1);
  }
  for (const field of root.querySelectorAll("select:not([aria-label]), textarea:not([aria-label])")) {
    const parameter = field.closest("[data-param-name]");
    field.setAttribute("aria-label", parameter?.dataset.paramName ?? (field.id === "servers" ? "Server" : "Value"));
  }
  for (const text of root.querySelectorAll("pre:not([tabindex])")) text.setAttribute("tabindex", "0");
  for (const table of root.querySelectorAll("table[role=region]")) table.removeAttribute("role");
}

new MutationObserver(complete).observe(root, { childList: true, subtree: true });

window.ui = SwaggerUIBundle({
  url: root.dataset.document,
  dom_id: "#swagger-ui",
  deepLinking: true,
  plugins: [plainNames],
  // "Try it out" starts with a credential: the access token below /api, the API key below /analyze.
  persistAuthorization: false,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // No theme of it has enough contrast.
  syntaxHighlight: false,
  // The validator of Swagger UI is a service on the network.
  validatorUrl: null,
});
