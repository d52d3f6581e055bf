import type { Command } from 'commander';
import { wrongUse } from '../wrong-use.ts';
import type { CommandLine } from './command-line.ts';

/** What does the job of commands that people know from Compose and its like, each in a line. */
export const COMMANDS_OF_OTHERS: Readonly<Record<string, string>> = {
  attach: '`devenv logs -f SERVICE` follows what it writes, `devenv exec SERVICE sh` goes into it',
  bridge: 'say it in the file, `bridges` of a service; `devenv up` makes them, also when it runs already',
  build: '`devenv up` builds an image that is missing; `pull_policy: build` builds it at every start',
  connect: '`devenv up` connects the services of the file; `devenv run --like TARGET` runs a command there',
  convert: '`devenv config` shows what the files come to',
  cp: 'mount it, `volumes` of the service; or `devenv exec -T SERVICE tar -c PATH | tar -x`',
  create: '`devenv up` makes and starts what there is not; `devenv plan` shows what that would be',
  events: '`devenv up --progress json` prints each event as a line of JSON',
  images: '`devenv config` shows the image of each service',
  intercept: 'say it in the file, `bridges` of a service; `devenv up` makes them, also when it runs already',
  kill: '`devenv stop SERVICE` ends it, in `stop_grace_period`; `devenv exec SERVICE kill -HUP 1` sends a signal',
  leave: '`devenv stop SERVICE` lets the original answer, `devenv down` gives everything back',
  list: '`devenv ps` shows the project of this directory, `devenv ps -p NAME` another one',
  ls: '`devenv ps` shows the project of this directory, `devenv ps -p NAME` another one',
  pause:
    '`devenv stop SERVICE` lets the original answer; in the terminal of `devenv up`, key b rests a bridge',
  port: '`devenv ps` shows which port of this machine leads to which of a service',
  'port-forward': '`devenv forward HOST:PORT`, or `forwards` of the file for as long as it is up',
  pull: '`devenv up` fetches an image that is missing; `pull_policy: always` fetches it at every start',
  push: '`docker push` does; `devenv config` shows the image of each service',
  quit: '`devenv down` ends the session and gives everything back',
  rm: '`devenv down` removes all that was made; what the file has no more goes when that is saved',
  scale: 'a service is one container or program; name another service in the file',
  stats: '`docker stats`, with the names that `devenv ps --format json` has',
  top: '`devenv exec SERVICE ps`, where it has one; else `docker top`, with the name in `devenv ps --format json`',
  unbridge:
    '`devenv stop SERVICE` lets the original answer; without `bridges` in the file, a save gives it back',
  unpause: '`devenv start SERVICE` starts what was stopped; key b of `devenv up` resumes a bridge',
  volumes: '`docker volume ls`; `devenv config` shows those of the file',
  wait: '`devenv up -d --wait` returns when every bridge is live, and every service runs or has ended well',
  watch: '`devenv up` follows its files by itself; mount your sources, and let the program restart on a save',
};

/** Answers whoever types them: they do nothing, and stand in no help. */
export function describeCommandsOfOthers({ command, flags }: CommandLine): void {
  for (const [name, hint] of Object.entries(COMMANDS_OF_OTHERS)) {
    command(name, { hidden: true })
      .argument('[words...]')
      .allowUnknownOption()
      .action(async (_words: unknown, _options: object, self: Command) => {
        // How an error is told is said there.
        await flags(self);
        throw wrongUse(`devenv has no command ${name}`, hint);
      });
  }
}
