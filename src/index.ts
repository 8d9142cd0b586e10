/**
 * layerstream as a library.
 *
 * @packageDocumentation
 */
export { type ArchiveStream, archiveStream, type WriteOptions, writeArchive } from './api.js';
export { type BuildOptions, buildDockerArchive } from './build/build.js';
export type { ByteTarget } from './byte-target.js';
export type { Conf, Customisation, Owner, Ownership, ParsedConf } from './config/model.js';
export { type ParseOptions, parseConf } from './config/parse.js';
export { type ConfIssue, type ErrorCode, LayerstreamError } from './errors.js';
export type { BuildEvent, BuildListener, BuildSummary, LayerSummary, PassSummary } from './events.js';
export type { Digest } from './oci/digest.js';
export type { TaskTiming } from './pool/messages.js';
export { type VerifiedImage, type VerifyReport, verifyArchive } from './verify/verify.js';
