/**
 * Error codes of the queue service.
 * Source: https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes and
 * https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
 */
export type StorageErrorCode =
  // Of queues and messages.
  | "InvalidMarker"
  | "MessageNotFound"
  | "MessageTooLarge"
  | "PopReceiptMismatch"
  | "QueueAlreadyExists"
  | "QueueBeingDeleted"
  | "QueueDisabled"
  | "QueueNotEmpty"
  | "QueueNotFound"
  // Of all storage services.
  | "AccountAlreadyExists"
  | "AccountBeingCreated"
  | "AccountIsDisabled"
  | "AuthenticationFailed"
  | "AuthorizationFailure"
  | "AuthorizationPermissionMismatch"
  | "AuthorizationProtocolMismatch"
  | "AuthorizationResourceTypeMismatch"
  | "AuthorizationServiceMismatch"
  | "AuthorizationSourceIPMismatch"
  | "ConditionHeadersNotSupported"
  | "ConditionNotMet"
  | "CorsPreflightFailure"
  | "EmptyMetadataKey"
  | "FeatureVersionMismatch"
  | "InsufficientAccountPermissions"
  | "InternalError"
  | "InvalidAuthenticationInfo"
  | "InvalidHeaderValue"
  | "InvalidHttpVerb"
  | "InvalidInput"
  | "InvalidMd5"
  | "InvalidMetadata"
  | "InvalidQueryParameterValue"
  | "InvalidRange"
  | "InvalidResourceName"
  | "InvalidUri"
  | "InvalidXmlDocument"
  | "InvalidXmlNodeValue"
  | "KeyBasedAuthenticationNotPermitted"
  | "Md5Mismatch"
  | "MetadataTooLarge"
  | "MissingContentLengthHeader"
  | "MissingRequiredHeader"
  | "MissingRequiredQueryParameter"
  | "MissingRequiredXmlNode"
  | "MultipleConditionHeadersNotSupported"
  | "NoAuthenticationInformation"
  | "OperationTimedOut"
  | "OutOfRangeInput"
  | "OutOfRangeQueryParameterValue"
  | "PublicAccessNotPermitted"
  | "RequestBodyTooLarge"
  | "RequestUrlFailedToParse"
  | "ResourceAlreadyExists"
  | "ResourceNotFound"
  | "ResourceTypeMismatch"
  | "ServerBusy"
  | "UnsupportedHeader"
  | "UnsupportedHttpVerb"
  | "UnsupportedQueryParameter"
  | "UnsupportedXmlNode";

/** Codes of errors that this package finds by itself: `AzureError.code` says what each means. */
export type ClientErrorCode =
  // No response came.
  | "ConnectionRefused"
  | "ContentSecurityPolicy"
  | "Cors"
  | "HostNotReached"
  | "NameNotFound"
  | "Offline"
  | "PermissionDenied"
  | "PortBlocked"
  | "Tls"
  // The response is not the service's, or an emulator's.
  | "EmulatorAccount"
  | "NotFromService"
  // Of a `WasmError`.
  | "BlockedByContentSecurityPolicy"
  | "BlockedByRuntime"
  | "Crashed"
  | "NoWebAssembly"
  | "NotLoaded";

/** An error code: a known one, which editors complete, or any other that the service may send. */
export type ErrorCode = StorageErrorCode | ClientErrorCode | (string & {});
