import { known } from "./errors.js";
import type { Fields } from "./fields.js";
import type {
  AnalyticsLogging,
  CorsRule,
  Metrics,
  QueueServiceProperties,
  RetentionPolicy,
  StoredMetrics,
  StoredServiceProperties,
} from "./models.js";
import type { Reading } from "./reading.js";
import { type Known, own } from "./validation.js";

const properties: Known<QueueServiceProperties> = {
  analyticsLogging: true,
  hourMetrics: true,
  minuteMetrics: true,
  cors: true,
};
const retentionFields: Known<RetentionPolicy> = { enabled: true, days: true };
const loggingFields: Known<AnalyticsLogging> = {
  version: true,
  delete: true,
  read: true,
  write: true,
  retentionPolicy: true,
};
const metricsFields: Known<Metrics> = { version: true, enabled: true, includeApis: true, retentionPolicy: true };
const corsFields: Known<CorsRule> = {
  allowedOrigins: true,
  allowedMethods: true,
  allowedHeaders: true,
  exposedHeaders: true,
  maxAgeInSeconds: true,
};

/** The settings, property names checked at every depth. */
export function writeSettings(fields: Fields, settings: QueueServiceProperties): Fields {
  const { analyticsLogging, hourMetrics, minuteMetrics, cors } = own("properties", settings, properties);
  fields.part("analyticsLogging", analyticsLogging, loggingFields, (logging) => {
    fields.string(logging.version).flag(logging.delete).flag(logging.read).flag(logging.write);
    writeRetention(fields, "analyticsLogging", logging.retentionPolicy);
  });
  writeMetrics(fields, "hourMetrics", hourMetrics);
  writeMetrics(fields, "minuteMetrics", minuteMetrics);
  return fields.list("cors", cors, (rule, index) => {
    const init = own(`cors[${index}]`, rule, corsFields);
    fields.texts("cors.allowedOrigins", init.allowedOrigins).texts("cors.allowedMethods", init.allowedMethods);
    fields.texts("cors.allowedHeaders", init.allowedHeaders).texts("cors.exposedHeaders", init.exposedHeaders);
    fields.integer(init.maxAgeInSeconds);
  });
}

function writeMetrics(fields: Fields, argument: string, given: Metrics | undefined): void {
  fields.part(argument, given, metricsFields, (metrics) => {
    fields.string(metrics.version).flag(metrics.enabled).flag(metrics.includeApis);
    writeRetention(fields, argument, metrics.retentionPolicy);
  });
}

function writeRetention(fields: Fields, part: string, policy: RetentionPolicy | undefined): void {
  const argument = `${part}.retentionPolicy`;
  const { enabled, days } = policy === undefined ? {} : own(argument, policy, retentionFields);
  fields.integer(days).flag(enabled);
}

/** The settings that the service has. */
export function readSettings(read: Reading): StoredServiceProperties {
  return {
    analyticsLogging: readLogging(read),
    hourMetrics: readMetrics(read),
    minuteMetrics: readMetrics(read),
    cors: readCors(read),
  };
}

/** A flag that the core always writes. */
const flag = (read: Reading) => read.flag() === true;

function readLogging(read: Reading): Required<AnalyticsLogging> {
  const version = read.text();
  const logging = { version, delete: flag(read), read: flag(read), write: flag(read) };
  return { ...logging, retentionPolicy: readRetention(read) };
}

function readMetrics(read: Reading): StoredMetrics {
  const version = read.text();
  const enabled = flag(read);
  return { version, enabled, ...known({ includeApis: read.flag() }), retentionPolicy: readRetention(read) };
}

function readRetention(read: Reading): RetentionPolicy {
  return { enabled: flag(read), ...known({ days: read.optionalNumber() }) };
}

function readCors(read: Reading): Required<CorsRule>[] {
  const texts = () => read.list(() => read.text());
  const rule = () => ({
    allowedOrigins: texts(),
    allowedMethods: texts(),
    allowedHeaders: texts(),
    exposedHeaders: texts(),
    maxAgeInSeconds: read.number(),
  });
  return read.list(rule);
}
