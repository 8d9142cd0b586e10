/** All that the package exports. What is not here may change. */

export { type CodecSetting, type CompressionSetting, parseCompression } from '../compression/setting.js';
export type { Conf, Customisation, Owner, Ownership, ParsedConf } from '../config/model.js';
export { type ParseOptions, parseConf } from '../config/parse.js';
export { parseDescription } from '../describe/parse.js';
export type {
  DescribedDiffId,
  DescribedDocument,
  DescribedImage,
  DescribedLayer,
  Description,
} from '../describe/schema.js';
export { descriptionSchema } from '../describe/schema.js';
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
} from '../events/events.js';
export { type ProgressMark, Recording } from '../events/recording.js';
export { analyse } from '../events/report/analyse.js';
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
} from '../events/report/model.js';
export { formatReport } from '../events/report/report.js';
export { formatTrace, makeTrace } from '../events/trace/trace.js';
export type {
  CompleteEvent,
  CounterEvent,
  MetadataEvent,
  SpanArgs,
  TraceDocument,
  TraceEvent,
} from '../events/trace/trace-event.js';
export type { Output } from '../files/output.js';
export type { ByteTarget } from '../ground/byte-target.js';
export { type ConfIssue, type ErrorCode, type ErrorDetails, LayerstreamError } from '../ground/errors.js';
export type { JsonArray, JsonNumber, JsonObject, JsonValue } from '../ground/json/value.js';
export type { Span, TaskTiming, Wait, WaitReason } from '../ground/timing.js';
export type { LayerFile } from '../layer/files.js';
export type { Descriptor } from '../oci/descriptor.js';
export type { Digest } from '../oci/digest.js';
export type { Platform } from '../oci/platform.js';
export type { ProgressListener, VerifyProgress } from '../verify/progress.js';
export type { ImageFormat, VerifiedImage, VerifiedLayer, VerifyReport } from '../verify/report.js';
export { type VerifyArchiveOptions, type VerifyOptions, verifyArchive, verifyLayout } from '../verify/verify.js';
export {
  type ArchiveStream,
  archiveStream,
  type BuildOptions,
  buildDockerArchive,
  type DescribeOptions,
  describeImage,
  writeArchive,
  writeLayout,
  writeLayoutArchive,
} from './functions.js';
export type {
  AlongLayoutOptions,
  ArchiveOptions,
  BuildVerbOptions,
  ImageSource,
  LayoutArchiveOptions,
  LayoutOptions,
  LayoutSummary,
  SessionOptions,
  StorageOptions,
  StoredLayerSummary,
  VerbOptions,
} from './options.js';
export { Session } from './session.js';
