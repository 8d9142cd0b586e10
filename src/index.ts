/**
 * layerstream as a library.
 *
 * @packageDocumentation
 */
export * from './api/public.js';
