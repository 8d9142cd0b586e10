/** What the layers of an image are, before anything of them is read. */
import type { Digest } from '../oci/digest.js';
import type { FileContent, LayerOrigin, TreeSpec } from '../scan/spec.js';

export interface LayerPlan {
  /** In the image, from 0. */
  readonly index: number;
  readonly origin: LayerOrigin;
  /** A base layer's own name. */
  readonly name: string | undefined;
  /** What the history says that it is made of. */
  readonly paths: readonly string[];
  readonly source: LayerSource;
  /** A digest that an input gives, to be compared with that of the layer's bytes. */
  readonly announced: Announcement | undefined;
  /** Bytes that a description gives it, to be compared likewise. */
  readonly expectedSize: number | undefined;
}

export interface Announcement {
  readonly diffId: Digest;
  readonly by: 'base image' | 'checksum' | 'description';
  /** Whether the digest is used before the bytes are hashed. They are compared in any case before the build ends. */
  readonly isTrusted: boolean;
}

export type LayerSource =
  /** Trees to walk. */
  | { readonly kind: 'tree'; readonly spec: TreeSpec }
  /** A tar that is ready in a file. That of a base image may be compressed. */
  | { readonly kind: 'tar'; readonly content: FileContent }
  /** What it is made of is not here; the layer is known by its description. */
  | { readonly kind: 'missing'; readonly path: string };

/** A layer as an input gives it. */
export type LayerInput = Omit<LayerPlan, 'index' | 'expectedSize'>;

/** What a description says of a layer. */
export interface LayerExpectation {
  readonly size: number;
  readonly diffId: Digest | undefined;
}

/** What a description says of an image's layers. */
export interface DescribedInput {
  /** Of each layer, in order. */
  readonly layers: readonly DescribedLayerInput[];
  /** `Env` of the image, a base's included; undefined if the image config is not described. */
  readonly env: readonly string[] | undefined;
}

export interface DescribedLayerInput extends LayerExpectation {
  readonly origin: LayerOrigin;
  readonly name: string | undefined;
}

/** All layers of an image, in order. What is described is expected of them. */
export function planLayers(
  layers: readonly LayerInput[],
  described: readonly LayerExpectation[] | undefined,
): LayerPlan[] {
  return layers.map((layer, index) => {
    const expected = described?.[index];
    const announced =
      expected?.diffId === undefined
        ? layer.announced
        : ({ diffId: expected.diffId, by: 'description', isTrusted: true } as const);
    return { ...layer, index, announced, expectedSize: expected?.size };
  });
}
