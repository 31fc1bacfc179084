"use strict";

// Draws /openapi.json, and sends requests from the page. Text from the document is only ever set as text.
let token = null;
let api = null;

function make(tag, options = {}, ...children) {
  const { className, ...rest } = options;
  const node = document.createElement(tag);
  if (className) node.className = className;
  for (const [name, value] of Object.entries(rest)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function resolve(schema) {
  return schema && schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema || {};
}

// An example value of a schema, made from the schema itself.
function example(given, depth = 0) {
  const schema = resolve(given);
  if (depth > 8) return null;
  if ("const" in schema) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.examples) return schema.examples[0];
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  const choice = schema.anyOf || schema.oneOf;
  if (choice) return example(choice.find((each) => each.type !== "null") || choice[0], depth + 1);
  switch (schema.type) {
    case "object": {
      const entries = Object.entries(schema.properties || {}).map(([key, value]) => [key, example(value, depth + 1)]);
      if (!entries.length && schema.additionalProperties) entries.push(["...", example(schema.additionalProperties, depth + 1)]);
      return Object.fromEntries(entries);
    }
    case "array": return [example(schema.items, depth + 1)];
    case "integer": case "number": return schema.minimum ?? 0;
    case "boolean": return false;
    case "string": return { "date-time": "2024-10-10T14:23:45Z", date: "2024-10-10", uuid: "a1b2c3d4-e5f6-7890-abcd-ef1234567890" }[schema.format] || "...";
    default: return null;
  }
}

// One line per field of a schema: its path, its type, what it means.
function fields(given, path = "", required = false, depth = 0) {
  const schema = resolve(given);
  const rows = [];
  if (path) {
    const choice = (schema.anyOf || []).map((each) => resolve(each).type || "object");
    const kind = schema.enum ? schema.enum.map((each) => JSON.stringify(each)).join(" | ") : schema.type || choice.join(" | ") || "any";
    rows.push([path, kind + (required ? "" : " (optional)"), schema.description || given.description || ""]);
  }
  if (depth > 8) return rows;
  for (const [key, value] of Object.entries(schema.properties || {}))
    rows.push(...fields(value, path ? `${path}.${key}` : key, (schema.required || []).includes(key), depth + 1));
  if (schema.type === "array") rows.push(...fields(schema.items || {}, "", true, depth + 1).map(([key, ...rest]) => [`${path}[].${key}`, ...rest]));
  return rows;
}

function table(heads, rows) {
  return make("table", {},
    make("thead", {}, make("tr", {}, ...heads.map((head) => make("th", {}, head)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell) => make("td", {}, cell))))));
}

function form(method, path, operation) {
  const parameters = operation.parameters || [];
  const inputs = parameters.map((each) => [each, make("input", { placeholder: String(each.schema.default ?? "") })]);
  const media = operation.requestBody && operation.requestBody.content["application/json"];
  const body = media ? make("textarea", { spellcheck: "false" }) : null;
  if (body) body.value = JSON.stringify(media.example || example(media.schema), null, 2);
  const answer = make("pre", { hidden: "" });
  const node = make("form", {},
    ...inputs.map(([each, input]) => make("p", {}, make("label", {}, `${each.name} (${each.in}) `, input), make("span", { className: "quiet" }, each.description || ""))),
    body, make("p", {}, make("button", {}, "Send")), answer);
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    let url = path;
    const query = new URLSearchParams();
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    for (const [each, input] of inputs) {
      if (each.in === "path") url = url.replace(`{${each.name}}`, encodeURIComponent(input.value || "-"));
      else if (input.value && each.in === "query") query.set(each.name, input.value);
      else if (input.value && each.in === "header") headers[each.name] = input.value;
    }
    if (body) headers["Content-Type"] = "application/json";
    const sent = await fetch(url + (String(query) ? `?${query}` : ""), { method: method.toUpperCase(), headers, body: body ? body.value : undefined });
    const text = await sent.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: shown as it came */ }
    answer.hidden = false;
    answer.textContent = `${sent.status} ${sent.statusText}\n\n${shown}`;
  });
  return node;
}

function draw(method, path, operation) {
  const media = operation.requestBody && operation.requestBody.content["application/json"];
  const good = Object.entries(operation.responses).find(([status]) => status.startsWith("2"));
  const content = good && good[1].content && good[1].content["application/json"];
  return make("details", { id: operation.operationId },
    make("summary", {},
      make("span", { className: `method ${method}` }, method.toUpperCase()),
      make("span", { className: "path" }, path + " "),
      make("span", { className: "quiet" }, operation.summary)),
    make("div", {},
      operation.description ? make("p", {}, operation.description) : null,
      media ? make("h4", {}, "Body") : null,
      media ? table(["Field", "Type", "Meaning"], fields(media.schema)) : null,
      make("h4", {}, "Answers"),
      table(["Status", "Meaning"], Object.entries(operation.responses).map(([status, each]) => [status, each.description])),
      content ? make("h4", {}, `Fields of ${good[0]}`) : null,
      content ? table(["Field", "Type", "Meaning"], fields(content.schema)) : null,
      make("h4", {}, "Try it"),
      form(method, path, operation)));
}

document.getElementById("session").addEventListener("submit", async (event) => {
  event.preventDefault();
  const who = document.getElementById("who");
  const sent = await fetch("/api/auth/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.fromEntries(new FormData(event.target))),
  });
  const answer = await sent.json();
  token = answer.success ? answer.data.token : null;
  who.textContent = answer.success ? `Signed in as ${answer.data.user.email}.` : answer.error.message;
});

fetch("/openapi.json").then((answer) => answer.json()).then((found) => {
  api = found;
  document.title = api.info.title;
  document.getElementById("title").textContent = `${api.info.title} ${api.info.version}`;
  document.getElementById("about").textContent = api.info.description || "";
  const groups = new Map();
  for (const [path, methods] of Object.entries(api.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = (operation.tags || ["other"])[0];
      groups.set(tag, [...(groups.get(tag) || []), draw(method, path, operation)]);
    }
  const main = document.getElementById("operations");
  for (const [tag, nodes] of groups) main.append(make("h2", {}, tag), ...nodes);
});
