/** A table of records: for administration, never for lists that change while one works in them. */
import AntTable from 'antd/es/table';
import type { ReactNode } from 'react';

export interface Column<T> { key: string; title: string; render: (row: T) => ReactNode; width?: number | string; numeric?: boolean }

export function Table<T>({ rows, columns, idOf, label, onOpen, loading, empty }: { rows: T[]; columns: Column<T>[]; idOf: (row: T) => string; label: string; onOpen?: (row: T) => void; loading?: boolean; empty?: ReactNode }) {
  return (
    <AntTable<T> aria-label={label} size="small" dataSource={rows} rowKey={idOf} pagination={false} loading={loading ? { delay: 200 } : false} scroll={{ x: 'max-content' }}
      locale={{ emptyText: empty ?? ' ' }}
      columns={columns.map((column, at) => ({
        key: column.key, title: column.title, width: column.width, className: column.numeric ? 'numeric' : undefined,
        render: (_: unknown, row: T) => at === 0 && onOpen ? <button type="button" className="link-btn" onClick={() => onOpen(row)}>{column.render(row)}</button> : column.render(row),
      }))}
      onRow={onOpen ? (row) => ({ onClick: (event) => { if (!(event.target as HTMLElement).closest('button,a,input')) onOpen(row); }, className: 'row-open' }) : undefined} />
  );
}
