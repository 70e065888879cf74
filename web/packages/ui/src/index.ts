export * from './tokens';
export * from './theme';
export * from './provider';
export * from './icons';
export * from './basics';
export * from './overlays';
export * from './fields';
export { Table, type Column } from './table';
