// Prints the types of an OpenAPI document, without its examples.
import { readFileSync } from 'node:fs';
import openapiTS, { astToString } from 'openapi-typescript';

const { body } = JSON.parse(readFileSync(process.argv[2], 'utf8'), (name, value) => (name === 'example' ? undefined : value));
const types = astToString(await openapiTS(body));
console.log(`// Made from the OpenAPI document by openapi-typescript; a test checks that it is up to date.\n\n${types.trimEnd()}`);
