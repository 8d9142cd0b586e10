/**
 * layerstream as a library.
 *
 * @packageDocumentation
 */
export { type ArchiveStream, archiveStream, writeArchive } from './api.js';
export { buildDockerArchive } from './build/archive-build.js';
export type { BlobBuildOptions } from './build/blob-build.js';
export type { BuildOptions } from './build/image-build.js';
export type { ByteTarget } from './byte-target.js';
export { type CodecSetting, type CompressionSetting, parseCompression } from './compression/setting.js';
export type { Conf, Customisation, Owner, Ownership, ParsedConf } from './config/model.js';
export { type ParseOptions, parseConf } from './config/parse.js';
export { type DescribeOptions, describeImage } from './describe/describe.js';
export { parseDescription } from './describe/parse.js';
export type {
  DescribedDiffId,
  DescribedDocument,
  DescribedImage,
  DescribedLayer,
  Description,
} from './describe/schema.js';
export { descriptionSchema } from './describe/schema.js';
export { type ConfIssue, type ErrorCode, type ErrorDetails, LayerstreamError } from './errors.js';
export type {
  BuildEvent,
  BuildListener,
  BuildSummary,
  LayerScannedEvent,
  LayerSummary,
  PassSummary,
  PlannedLayer,
  TaskEvent,
  TaskKind,
} from './events.js';
export type { JsonArray, JsonNumber, JsonObject, JsonValue } from './json/value.js';
export type { LayerFile } from './layer/files.js';
export type { Digest } from './oci/digest.js';
export { type DirectoryOptions, type LayoutOptions, writeLayout, writeLayoutArchive } from './oci-api.js';
export { type ProgressMark, Recording } from './recording.js';
export { analyse } from './report/analyse.js';
export type {
  Advice,
  CriticalShare,
  CriticalStep,
  LayerContents,
  Report,
  ReportLayer,
  ReportTask,
  ReportThread,
  SizedPath,
  Totals,
  WorkKind,
} from './report/model.js';
export { formatReport } from './report/report.js';
export type { Span, TaskTiming, Wait, WaitReason } from './timing.js';
export type {
  CompleteEvent,
  CounterEvent,
  MetadataEvent,
  SpanArgs,
  TraceDocument,
  TraceEvent,
} from './trace/events.js';
export { formatTrace, makeTrace } from './trace/trace.js';
export type { ImageFormat, VerifiedImage, VerifiedLayer, VerifyReport } from './verify/report.js';
export { verifyArchive, verifyLayout } from './verify/verify.js';
