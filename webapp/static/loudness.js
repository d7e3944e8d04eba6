// Shows how loud it is, so that one sees that the microphone is on; `heard` is told ten times a second. Returns what
// ends it.
export function listen(stream, meter, heard = () => {}) {
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 1024 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
    meter.value = Math.max(0, Math.min(100, 100 + 10 * Math.log10(power + 1e-10) * 1.6));
    heard(meter.value);
  }, 100);
  return () => {
    clearInterval(timer);
    meter.value = 0;
    context.close();
  };
}
