import { nearest } from '../common/nearest.ts';
import { meantOr } from './meant-or.ts';
import { quote } from './tree.ts';

/** Capabilities of Linux, without `CAP_`. */
const names = new Set(
  (
    'AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH ' +
    'FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN ' +
    'NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYS_ADMIN SYS_BOOT SYS_CHROOT ' +
    'SYSLOG SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM ALL'
  ).split(' '),
);

/** What is said about a text that is no capability. */
interface CapabilityFault {
  readonly message: string;
  readonly label?: string;
  readonly hint?: string;
}

/** Parses a capability in either case, with or without `CAP_`. The result is upper case and without it. */
export function parseCapabilityText(text: string): { readonly capability: string } | CapabilityFault {
  const name = text.toUpperCase().replace(/^CAP_/, '');
  if (names.has(name)) return { capability: name };
  const [near] = nearest(name, names);
  return {
    message: text === '' ? 'the capability is empty' : `${quote(text)} is no capability`,
    ...meantOr('write the name of a Linux capability, for example SYS_PTRACE', near),
  };
}
