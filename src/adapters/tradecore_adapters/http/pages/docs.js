"use strict";

const root = document.getElementById("swagger-ui");

// Swagger UI renders a link inside the button of each operation, which neither keyboards nor screen readers can use.
const plainNames = () => ({
  wrapComponents: {
    DeepLink: (_, system) => (props) => system.React.createElement("span", null, props.text),
  },
});

// The landmarks that the page lacks: selector, role and name.
const landmarks = [
  [".information-container", "region", "About this API"],
  [".schemes-server-container", "region", "Server and credentials"],
  [".modal-ux", "dialog", "Credentials"],
];

// What Swagger UI leaves without a name, without a landmark, or out of reach of the keyboard.
function complete() {
  for (const [selector, role, name] of landmarks) {
    const landmark = root.querySelector(`${selector}:not([role])`);
    landmark?.setAttribute("role", role);
    landmark?.setAttribute("aria-label", name);
  }
  root.querySelector(".close-modal:not([aria-label])")?.setAttribute("aria-label", "Close");
  // Their names would hide what is written on them.
  for (const button of root.querySelectorAll(".modal-btn[aria-label]")) button.removeAttribute("aria-label");
  // The title is of level 1, and the next headings of level 3.
  for (const heading of root.querySelectorAll(":is(h3, h4, h5, h6):not([aria-level])")) {
    heading.setAttribute("aria-level", Math.min(heading.localName[1] - 1, 3));
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
