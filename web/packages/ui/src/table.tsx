/**
 * A table of records: for administration, never for lists that change while one works in them.
 *
 * A plain table: the library's measures scroll bars with a style element that the page's security policy refuses.
 */
import type { MouseEvent, ReactNode } from 'react';

export interface Column<T> { key: string; title: string; render: (row: T) => ReactNode; numeric?: boolean }

export function Table<T>({ rows, columns, idOf, label, onOpen, empty }: { rows: T[]; columns: Column<T>[]; idOf: (row: T) => string; label: string; onOpen?: (row: T) => void; empty?: ReactNode }) {
  const open = (row: T) => (event: MouseEvent) => {
    if (!(event.target as HTMLElement).closest('button,a,input')) onOpen?.(row);
  };
  return (
    <div className="table-scroll">
      <table className="table" aria-label={label}>
        <thead><tr>{columns.map((column) => <th key={column.key} scope="col" className={column.numeric ? 'numeric' : undefined}>{column.title}</th>)}</tr></thead>
        <tbody>
          {rows.map((row) => (
            <tr key={idOf(row)} className={onOpen ? 'row-open' : undefined} onClick={onOpen ? open(row) : undefined}>
              {columns.map((column, at) => (
                <td key={column.key} className={column.numeric ? 'numeric' : undefined}>
                  {at === 0 && onOpen ? <button type="button" className="link-btn" onClick={() => onOpen(row)}>{column.render(row)}</button> : column.render(row)}
                </td>
              ))}
            </tr>
          ))}
          {rows.length === 0 ? <tr><td colSpan={columns.length} className="table-empty">{empty}</td></tr> : null}
        </tbody>
      </table>
    </div>
  );
}
