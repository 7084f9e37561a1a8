// The rows of Fourier transforms.

/** Calls `row` for each, as in rows.mjs. */
export function fftRows(nd, row) {
  for (const name of ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]) {
    row(`fft.${name}`, { fresh: ({ x }) => nd.fft[name](x), numpy: `np.fft.${name}(x)` });
  }
  for (const name of ["fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn"]) {
    row(`fft.${name}`, { of: "square", fresh: ({ x }) => nd.fft[name](x), numpy: `np.fft.${name}(x)` });
  }
  for (const name of ["fftfreq", "rfftfreq"]) {
    row(`fft.${name}`, { fresh: ({ n }) => nd.fft[name](n), numpy: `np.fft.${name}(n)` });
  }
  for (const name of ["fftshift", "ifftshift"]) {
    row(`fft.${name}`, { fresh: ({ x }) => nd.fft[name](x), numpy: `np.fft.${name}(x)` });
  }
}
