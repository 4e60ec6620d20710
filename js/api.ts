// What every entry exports, beside its own way of loading the core.

export { browserCorsRule } from "./cors.js";
export type { LocationMode } from "./description.js";
export type { Check, CheckName, Diagnosis } from "./diagnosis.js";
export type { ContentOf, EncodingOf, InEncoding, MessageCodec, MessageEncoding, SameContent } from "./encoding.js";
export type { EncryptionOptions, KeyEncryptionKey } from "./encryption.js";
export type * from "./error-codes.js";
export {
  AmbiguousOutcomeError,
  type Attempt,
  AzureError,
  type AzureErrorName,
  ClientAuthenticationError,
  DeadlineExceededError,
  DecodeError,
  HttpResponseError,
  isAzureError,
  ResourceExistsError,
  ResourceModifiedError,
  ResourceNotFoundError,
  ResourceNotModifiedError,
  SasExpiredError,
  SasPermissionError,
  ServiceRequestError,
  ServiceRequestTimeoutError,
  ServiceResponseError,
  ServiceResponseTimeoutError,
  TooManyRedirectsError,
  WasmError,
} from "./errors.js";
export { jsonEncoding } from "./json.js";
export {
  createKeyEncryptionKey,
  type KeyOptions,
  type KeyPair,
  type KeySource,
  type NamedWebKey,
} from "./key-encryption-key.js";
export type * from "./models.js";
export type {
  CallOptions,
  ClientOptions,
  FailedAttempt,
  Hooks,
  RequestEvent,
  ResponseEvent,
  RetryEvent,
  RetryFunction,
  RetryOptions,
} from "./options.js";
export { PagedAsyncIterable, type PageSettings } from "./paged.js";
export type * from "./platform-types.js";
export type { QueueClientOptions, QueueConnectionOptions } from "./queue-client.js";
export { QueueClient, type QueueClientConstructor } from "./queue-client-constructor.js";
export {
  type GetQueueClientOptions,
  QueueServiceClient,
  type ServiceClientOptions,
  type ServiceConnectionOptions,
} from "./queue-service-client.js";
export {
  type AccountSasOptions,
  type AccountSasPermissions,
  generateAccountSas,
  generateQueueSas,
  parseSas,
  type QueueSasOptions,
  type ResourceTypes,
  type SasProperties,
  type Services,
} from "./sas.js";
