// Sizes and times in words.

export function size(bytes) {
  const megabytes = bytes / 2 ** 20;
  return megabytes < 1 ? "less than 1 MB" : `${Math.round(megabytes).toLocaleString("en-GB")} MB`;
}

export function length(seconds) {
  const whole = Math.round(seconds);
  if (whole < 60) return count(whole, "second");
  const minutes = Math.round(whole / 60);
  if (minutes < 60) return count(minutes, "minute");
  return `${count(Math.floor(minutes / 60), "hour")} and ${count(minutes % 60, "minute")}`;
}

export function clock(seconds) {
  const two = (number) => String(Math.floor(number)).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export function left(seconds) {
  return seconds < 60 ? "Less than a minute left." : `About ${length(seconds)} left.`;
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
