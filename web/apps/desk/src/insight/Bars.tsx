/** Small charts, drawn plainly: contacts as bars, those who left marked at their foot. Read aloud as one sentence. */
export interface BarItem { key: string; total: number; good: number; bad: number; label: string; title: string }

export function Spark({ items, label, width = 132, height = 28, stretch = false }: { items: BarItem[]; label: string; width?: number; height?: number; stretch?: boolean }) {
  const most = Math.max(1, ...items.map((one) => one.total));
  const step = width / Math.max(1, items.length);
  return (
    <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} preserveAspectRatio={stretch ? 'none' : undefined} role="img" aria-label={label}>
      <line x1="0" x2={width} y1={height - 0.5} y2={height - 0.5} className="spark-base" />
      {items.map((one, at) => {
        const tall = (one.total / most) * (height - 3);
        const lost = (Math.min(one.bad, one.total) / most) * (height - 3);
        return (
          <g key={one.key}>
            <title>{one.title}</title>
            <rect x={at * step} y="0" width={step} height={height} fill="transparent" />
            <rect x={at * step + 1} y={height - 1 - tall} width={Math.max(1, step - 2)} height={tall} className="spark-bar" />
            {lost > 0 ? <rect x={at * step + 1} y={height - 1 - lost} width={Math.max(1, step - 2)} height={lost} className="spark-lost" /> : null}
          </g>
        );
      })}
    </svg>
  );
}

/** Bars with an axis, for a day. */
export function DayBars({ items, label }: { items: BarItem[]; label: string }) {
  const most = Math.max(1, ...items.map((one) => one.total));
  const top = niceTop(most);
  const [width, height, left, foot] = [960, 200, 34, 22];
  const step = (width - left) / Math.max(1, items.length);
  const y = (value: number) => (height - foot) * (1 - value / top) + 6;
  return (
    <svg className="day-bars" viewBox={`0 0 ${width} ${height + 8}`} role="img" aria-label={label} preserveAspectRatio="xMidYMid meet">
      {[0, 0.5, 1].map((part) => (
        <g key={part}>
          <line x1={left} x2={width} y1={y(top * part)} y2={y(top * part)} className="axis" />
          <text x={left - 6} y={y(top * part) + 4} textAnchor="end" className="axis-text">{Math.round(top * part)}</text>
        </g>
      ))}
      {items.map((one, at) => (
        <g key={one.key}>
          <title>{one.title}</title>
          <rect x={left + at * step} y="0" width={step} height={height} fill="transparent" />
          <rect x={left + at * step + 3} y={y(one.total)} width={Math.max(1, step - 6)} height={y(0) - y(one.total)} className="bar-all" rx="2" />
          <rect x={left + at * step + 3} y={y(one.bad)} width={Math.max(1, step - 6)} height={y(0) - y(one.bad)} className="bar-lost" />
          {at % 2 === 0 ? <text x={left + at * step + step / 2} y={height + 2} textAnchor="middle" className="axis-text">{one.label}</text> : null}
        </g>
      ))}
    </svg>
  );
}

/** A round number not below the largest, and even, so that its half is one too. */
function niceTop(most: number): number {
  const unit = 10 ** Math.floor(Math.log10(most));
  const found = [1, 2, 4, 6, 8, 10].map((step) => step * unit).find((top) => top >= most) ?? most;
  return Math.max(2, found);
}
