/**
 * Programs of this machine on Linux: each in namespaces that the kernel takes away with their session, as this user, with
 * no engine and no root. What is known of them lies in this user's private directory.
 */
export { linuxMachine } from './machine.ts';
