/** A progress bar for commands, drawn if stderr is a terminal. */
import { Presets, SingleBar } from "cli-progress";

export interface ProgressBar {
  update(progress: { readonly done: number; readonly total: number }): void;
  stop(): void;
}

/** Makes a bar on stderr, so that a command's output can be piped. If stderr is not a terminal, it draws nothing. */
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
