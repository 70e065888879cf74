/** Build settings every web application shares: the oldest browser supported and where results go. */
export const oldestBrowser = 'chrome109';

/** Folder of one application's built files, embedded into the binary by `webui`. */
export const distOf = (app: string): string => new URL(`./dist/${app}`, import.meta.url).pathname;
