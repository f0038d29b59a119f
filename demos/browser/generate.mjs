// Writes src/protocol.ts from the JSON Schema of npc.v1, so that the types can't drift from the server's.
//
//     node generate.mjs ../../docs/npc.v1.schema.json src/protocol.ts

import { readFileSync, writeFileSync } from "node:fs";

const [source, target] = process.argv.slice(2);
const definitions = JSON.parse(readFileSync(source, "utf8")).$defs;
const UNIONS = ["ClientMessage", "ServerMessage"];
const named = (reference) => reference.$ref.split("/").at(-1);

/** Names of all definitions that one refers to, through others too. */
function reach(schema, found = new Set()) {
  for (const value of Object.values(schema ?? {})) {
    if (value && typeof value === "object") reach(value, found);
  }
  if (schema?.$ref && !found.has(named(schema))) {
    found.add(named(schema));
    reach(definitions[named(schema)], found);
  }
  return found;
}

const fromServer = reach(definitions.ServerMessage);

/** A field without a value is left out, but as a value of an object `null` has a meaning. */
function type(schema, nothing = false) {
  if (schema.$ref) return named(schema);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(" | ");
  const several = schema.anyOf ?? schema.oneOf;
  if (several) {
    const kept = several.filter((each) => nothing || each.type !== "null").map((each) => type(each));
    return [...new Set(kept)].join(" | ");
  }
  switch (schema.type) {
    case "array":
      return `${wrapped(type(schema.items ?? {}))}[]`;
    case "object":
      return `Record<string, ${type(schema.additionalProperties ?? {}, true)}>`;
    case "integer":
    case "number":
      return "number";
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    default:
      return "unknown";
  }
}

const wrapped = (text) => (text.includes("|") ? `(${text})` : text);
const comment = (text, indent = "") => (text ? `${indent}/** ${text.replaceAll(/\s+/g, " ")} */\n` : "");

/** What the server sends has all its defaults filled in; a client may leave them out. */
function isOptional(name, field, schema) {
  const { required = [], properties } = schema;
  if (field === "type" || required.includes(field)) return false;
  return !fromServer.has(name) || (properties[field].anyOf ?? []).some((each) => each.type === "null");
}

function written(name) {
  const schema = definitions[name];
  if (UNIONS.includes(name)) {
    return `${comment(schema.description)}export type ${name} =\n${(schema.oneOf ?? schema.anyOf).map((each) => `  | ${named(each)}`).join("\n")};\n`;
  }
  const fields = Object.entries(schema.properties ?? {}).map(([field, each]) => {
    const mark = isOptional(name, field, schema) ? "?" : "";
    return `${comment(each.description, "  ")}  ${field}${mark}: ${type(each)};\n`;
  });
  return `${comment(schema.description)}export interface ${name} {\n${fields.join("")}}\n`;
}

const head = "// Written by generate.mjs from docs/npc.v1.schema.json; do not edit.\n\n";
writeFileSync(target, head + Object.keys(definitions).map(written).join("\n"));
