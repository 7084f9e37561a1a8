// Examples of the extension fft.

export const FOURIER_TRANSFORMS = [
  ["fft.fft", "fft.fft(b)", "fft.fft(b)", "array([ 60.+0.j , -15.+8.66025404j, -15.-8.66025404j])"],
  [
    "fft.fft",
    "fft.fft(a, n=4, axis=0, norm='ortho')",
    'fft.fft(a, { n: 4, axis: 0, norm: "ortho" })',
    "array([[ 1.5+0.j , 2.5+0.j , 3.5+0.j ], [ 0. -1.5j, 0.5-2.j , 1. -2.5j], [-1.5+0.j , -1.5+0.j , -1.5+0.j ], [ 0. +1.5j, 0.5+2.j , 1. +2.5j]])",
  ],
  ["fft.ifft", "fft.ifft(b, n=2)", "fft.ifft(b, { n: 2 })", "array([15.+0.j, -5.+0.j])"],
  [
    "fft.fftn",
    "fft.fftn(a, s=(2, 2), axes=(0, 1))",
    "fft.fftn(a, { s: [2, 2], axes: [0, 1] })",
    "array([[ 8.+0.j, -2.+0.j], [-6.+0.j, 0.+0.j]])",
  ],
  [
    "fft.ifftn",
    "fft.ifftn(a, s=(2, 4), axes=(0, 1), norm='forward')",
    'fft.ifftn(a, { s: [2, 4], axes: [0, 1], norm: "forward" })',
    "array([[15.+0.j, -4.+5.j, 5.+0.j, -4.-5.j], [-9.+0.j, 0.-3.j, -3.+0.j, 0.+3.j]])",
  ],
  [
    "fft.rfft",
    "fft.rfft(a, n=4)",
    "fft.rfft(a, { n: 4 })",
    "array([[ 3.+0.j, -2.-1.j, 1.+0.j], [12.+0.j, -2.-4.j, 4.+0.j]])",
  ],
  ["fft.irfft", "fft.irfft(b)", "fft.irfft(b)", "array([20., -5., 0., -5.])"],
  [
    "fft.rfftn",
    "fft.rfftn(a, axes=(1, 0))",
    "fft.rfftn(a, { axes: [1, 0] })",
    "array([[15.+0.j , -3.+1.73205081j, -3.-1.73205081j], [-9.+0.j , 0.+0.j , 0.+0.j ]])",
  ],
  [
    "fft.irfftn",
    "fft.irfftn(a, axes=(0, 1))",
    "fft.irfftn(a, { axes: [0, 1] })",
    "array([[ 2.5, -0.5, 0. , -0.5], [-1.5, 0. , 0. , 0. ]])",
  ],
  ["fft.hfft", "fft.hfft(b)", "fft.hfft(b)", "array([ 80., -20., 0., -20.])"],
  ["fft.ihfft", "fft.ihfft(b, n=4)", "fft.ihfft(b, { n: 4 })", "array([15.-0.j, -5.+5.j, 5.-0.j])"],
  ["fft.fftfreq", "fft.fftfreq(4, d=0.5)", "fft.fftfreq(4, { d: 0.5 })", "array([ 0. , 0.5, -1. , -0.5])"],
  ["fft.rfftfreq", "fft.rfftfreq(4, d=0.5)", "fft.rfftfreq(4, { d: 0.5 })", "array([0. , 0.5, 1. ])"],
  ["fft.fftshift", "fft.fftshift(b)", "fft.fftshift(b)", "array([30., 10., 20.])"],
  [
    "fft.fftshift",
    "fft.fftshift(a, axes=(1,))",
    "fft.fftshift(a, { axes: [1] })",
    "array([[2, 0, 1], [5, 3, 4]], dtype=int32)",
  ],
  ["fft.ifftshift", "fft.ifftshift(b)", "fft.ifftshift(b)", "array([20., 30., 10.])"],
];
