import type { NetDevErrorCode } from 'netdev-core';
import type { KernelNotice } from '../kernel.js';
import type { AnswerEnd } from '../netlink/index.js';
import type { PackedAnswers, PackedMessages, PackedRequests } from './pack.js';

/** What a thread is started for. */
export type WorkerJob =
  | { do: 'serve'; namespacePath: string | undefined }
  | { do: 'watch'; namespacePath: string | undefined; groups: readonly number[] }
  | { do: 'create-namespace'; name: string };

/** What a serving thread does, by name: the values it is given and what it answers. */
export interface WorkerCalls {
  exchange: { given: PackedRequests; answer: PackedAnswers };
  dump: { given: { request: Uint8Array }; answer: AnswerEnd };
  readSysctl: { given: { path: string }; answer: string };
  writeSysctl: { given: { path: string; value: string }; answer: undefined };
  deleteNamespace: { given: { name: string }; answer: boolean };
  sendFrame: { given: { linkIndex: number; frame: Uint8Array }; answer: undefined };
}

export type WorkerCallName = keyof WorkerCalls;

/** From the program to the thread. */
export type ToWorker =
  | {
      [Name in WorkerCallName]: { id: number; call: Name; given: WorkerCalls[Name]['given'] };
    }[WorkerCallName]
  | { close: true };

/** An error as data: classes do not survive the way between threads. */
export interface WorkerFailure {
  code: NetDevErrorCode;
  detail: string;
  errno: string | undefined;
}

/** From the thread to the program. */
export type FromWorker =
  | { ready: true; wakeFd?: number }
  /** A piece of what is dumped, before the answer. */
  | { id: number; heard: PackedMessages }
  | { id: number; answer: unknown }
  | { id: number; failure: WorkerFailure }
  | { notices: KernelNotice[] }
  | { result: unknown }
  | { failed: WorkerFailure };
