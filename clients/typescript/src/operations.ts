// The types of a call, derived from the OpenAPI document: what it takes, and what it returns.
import type { paths } from "./schema.js";

export type Method = "get" | "post" | "put" | "patch" | "delete";

/** The paths that have an operation with this method. */
export type PathOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends { [K in M]: { responses: unknown } } ? P : never;
}[keyof paths];

type Operation<M extends Method, P extends keyof paths> = paths[P][M];
type Parameters<O> = O extends { parameters: infer T } ? T : never;
type Body<O> = O extends { requestBody: { content: { "application/json": infer T } } } ? { body: T } : { body?: never };
type OptionalBody<O> = O extends { requestBody?: { content: { "application/json": infer T } } } ? { body?: T } : Body<O>;
type Path<O> = Parameters<O> extends { path: infer T } ? { path: T } : { path?: never };
type Query<O> = Parameters<O> extends { query?: infer T } ? { query?: NonNullable<T> } : { query?: never };

/** What an operation takes. */
export type Input<M extends Method, P extends keyof paths> = Path<Operation<M, P>> &
  Query<Operation<M, P>> &
  (Operation<M, P> extends { requestBody: unknown } ? Body<Operation<M, P>> : OptionalBody<Operation<M, P>>) &
  CallOptions;

export interface CallOptions {
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

type Responses<O> = O extends { responses: infer T } ? T : never;
type Succeeded<T> = T[Extract<keyof T, 200 | 201 | 202 | 204>];
type Content<T> = T extends { content: { "application/json": infer B } } ? B : undefined;
type Data<T> = T extends { success: true; data: infer D } ? D : T;

/** What an operation returns: `data` of the envelope, or the whole body outside of `/api`. */
export type Output<M extends Method, P extends keyof paths> = Data<Content<Succeeded<Responses<Operation<M, P>>>>>;
