/** The points of a briefing, to be read. */
import type { BriefingPoint } from '@hark/api';

export function Points({ points }: { points: BriefingPoint[] }) {
  return (
    <ol className="points">
      {points.map((point, at) => (
        <li key={at}>{point.text}{point.link ? <> <a href={point.link} target="_blank" rel="noreferrer noopener">{new URL(point.link).host}</a></> : null}</li>
      ))}
    </ol>
  );
}
