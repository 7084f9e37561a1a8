/** Continuous distributions that are transforms of one uniform, normal or exponential number, as NumPy draws them. */
import { replace } from "./elementary.js";
import type { Draw } from "./samples.js";
import type { Filled, WordStream } from "./word-stream.js";
import { fillExponential, fillNormal } from "./ziggurat.js";

/** Draws from a stream. */
export type DrawFrom = (stream: WordStream) => Draw;

/** Numbers that are computed together. */
const RUN = 1024;
const inRuns = (from: number, to: number, run: (from: number, to: number) => void): void => {
  for (let at = from; at < to; at += RUN) run(at, Math.min(at + RUN, to));
};

export const drawUniform: DrawFrom = (stream) => (target, from, to, low, high) => {
  const range = high! - low!;
  const part = target.subarray(from, to) as unknown as Filled;
  stream.fill(part, { form: "float64", low: low!, range }, 1, () => low! + range * stream.double());
};

export const drawNormal: DrawFrom = (stream) => (target, from, to, loc, scale) => {
  fillNormal(stream, target, from, to);
  for (let i = from; i < to; i++) target[i] = loc! + scale! * target[i]!;
};

export const drawLognormal: DrawFrom = (stream) => (target, from, to, mean, sigma) => {
  drawNormal(stream)(target, from, to, mean!, sigma!);
  replace("exp", target, from, to);
};

export const drawExponential: DrawFrom = (stream) => (target, from, to, scale) => {
  fillExponential(stream, target, from, to);
  for (let i = from; i < to; i++) target[i]! *= scale!;
};

export const drawRayleigh: DrawFrom = (stream) => (target, from, to, scale) => {
  fillExponential(stream, target, from, to);
  for (let i = from; i < to; i++) target[i] = scale! * Math.sqrt(2 * target[i]!);
};

export const drawWeibull: DrawFrom = (stream) => (target, from, to, a) => {
  if (a === 0) {
    target.fill(0, from, to);
    return;
  }
  fillExponential(stream, target, from, to);
  replace("pow", target, from, to, 1 / a!);
};

export const drawPareto: DrawFrom = (stream) => (target, from, to, a) => {
  fillExponential(stream, target, from, to);
  for (let i = from; i < to; i++) target[i]! /= a!;
  replace("expm1", target, from, to);
};

export const drawPower: DrawFrom = (stream) => (target, from, to, a) => {
  fillExponential(stream, target, from, to);
  for (let i = from; i < to; i++) target[i] = -target[i]!;
  replace("expm1", target, from, to);
  for (let i = from; i < to; i++) target[i] = -target[i]!;
  replace("pow", target, from, to, 1 / a!);
};

export const drawLaplace: DrawFrom = (stream) => (target, from, to, loc, scale) => {
  const signs = new Int8Array(RUN);
  inRuns(from, to, (first, last) => {
    for (let i = first; i < last; i++) {
      const u = positive(stream);
      signs[i - first] = u >= 0.5 ? -1 : 1;
      target[i] = u >= 0.5 ? 2 - u - u : u + u;
    }
    replace("log", target, first, last);
    for (let i = first; i < last; i++) target[i] = loc! + scale! * target[i]! * signs[i - first]!;
  });
};

export const drawGumbel: DrawFrom = (stream) => (target, from, to, loc, scale) => {
  inRuns(from, to, (first, last) => {
    for (let i = first; i < last; i++) target[i] = 1 - positive(stream);
    replace("log", target, first, last);
    for (let i = first; i < last; i++) target[i] = -target[i]!;
    replace("log", target, first, last);
    for (let i = first; i < last; i++) target[i] = loc! - scale! * target[i]!;
  });
};

export const drawLogistic: DrawFrom = (stream) => (target, from, to, loc, scale) => {
  inRuns(from, to, (first, last) => {
    for (let i = first; i < last; i++) {
      const u = positive(stream);
      target[i] = u / (1 - u);
    }
    replace("log", target, first, last);
    for (let i = first; i < last; i++) target[i] = loc! + scale! * target[i]!;
  });
};

/** A number in (0, 1): 0 is drawn again. */
function positive(stream: WordStream): number {
  for (;;) {
    const u = stream.double();
    if (u > 0) return u;
  }
}

export const drawTriangular: DrawFrom = (stream) => (target, from, to, left, mode, right) => {
  const base = right! - left!;
  const leftBase = mode! - left!;
  const ratio = leftBase / base;
  const [leftProduct, rightProduct] = [leftBase * base, (right! - mode!) * base];
  for (let i = from; i < to; i++) {
    const u = stream.double();
    target[i] = u <= ratio ? left! + Math.sqrt(u * leftProduct) : right! - Math.sqrt((1 - u) * rightProduct);
  }
};
