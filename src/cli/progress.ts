/** A progress bar on the terminal, if there is one. Used by the commands. */
import { Presets, SingleBar } from "cli-progress";

export interface ProgressBar {
  update(progress: { readonly done: number; readonly total: number }): void;
  stop(): void;
}

/** Draws on stderr, so that a command's output can be piped; draws nothing if stderr is no terminal. */
export function progressBar(label: string, unit = "chunks"): ProgressBar {
  if (!process.stderr.isTTY) return { update() {}, stop() {} };
  const format = `${label} {bar} {percentage}% | {value}/{total} ${unit}`;
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic);
  let isStarted = false;
  return {
    update({ done, total }) {
      if (!isStarted) bar.start(total, 0);
      isStarted = true;
      bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
