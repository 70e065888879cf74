/** The Chinese words are the measure: every other language has exactly their keys. */
import type zh from './zh-CN';

export type Key = keyof typeof zh;
export type Dictionary = Record<Key, string>;
