/** Whom work can be given to or who is told: the colleagues and teams of a client or of one of its lines. */
import { items, type Colleague, type ColleagueTeam } from '@hark/api';
import { useLoad } from '../admin/forms';
import { client } from '../state/session';

/** `what` is asked for, of this client; null asks for nothing yet. A failure is there to be shown, with `reload` as the way out of it. */
export function useColleagues(tenant: string | null | undefined, what: 'people' | 'teams' | 'both' | null, line?: string) {
  const { data, fault, reload } = useLoad(async () => {
    const [people, teams] = await Promise.all([
      tenant && (what === 'people' || what === 'both') ? client.conversations.colleagues(tenant, line).then((all) => items(all)) : none<Colleague>(),
      tenant && (what === 'teams' || what === 'both') ? client.conversations.teams(tenant, line).then((all) => items(all)) : none<ColleagueTeam>(),
    ]);
    return { people, teams };
  }, [tenant, what, line]);
  return { people: data?.people ?? noPeople, teams: data?.teams ?? noTeams, fault, reload };
}

const none = <T>(): Promise<T[]> => Promise.resolve([]);
const noPeople: Colleague[] = [];
const noTeams: ColleagueTeam[] = [];
