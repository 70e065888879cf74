export * from './contract';
export * from './crm';
export * from './frames';
export * from './http';
export * from './client';
export * from './live';
export * from './outbox';
export { uuid } from './ids';
export * from './floor';
