/** The way back from a merge or a split, from a notice or from the block itself. */
import type { Join } from '@hark/api';
import type { Translator } from '@hark/i18n';
import { notify } from '@hark/ui';
import { go } from '../app/router';
import { tell } from '../state/faults';
import type { Desk } from '../state/desk';

/** Takes a join back and shows what stands for itself again; `here` is the conversation that is open. */
export async function undoJoin(desk: Desk, join: Pick<Join, 'id' | 'kind' | 'holder' | 'origin'>, here: string | null, t: Translator['t']): Promise<void> {
  try {
    const back = desk.took(await desk.client.conversations.undoJoin(join.id));
    notify(t('join.undone', { number: join.kind === 'merged' ? join.origin.number : back.number }));
    if (join.kind === 'split') go(`/c/${back.id}`);
    else if (here) void desk.rejoin(here);
  } catch (error) { tell(error, t); }
}
