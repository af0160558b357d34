import type { Cloud } from '../../cloud.ts';

export type LogEvent = {
  readonly timestamp: number;
  readonly ingested: number;
  readonly message: string;
  readonly id: string;
};

export type LogStream = {
  readonly name: string;
  readonly created: number;
  readonly events: LogEvent[];
};

export type LogGroup = {
  readonly name: string;
  readonly arn: string;
  readonly created: number;
  retentionDays: number | undefined;
  readonly streams: Map<string, LogStream>;
};

/** Log groups. What a task writes becomes readable only after a delay, as on CloudWatch. */
export class LogStore {
  readonly groups = new Map<string, LogGroup>();
  private readonly cloud: Cloud;
  private eventCount = 0;
  /** When the newest line of a stream becomes readable, so that lines never overtake each other. */
  private readonly readableAt = new Map<string, number>();

  constructor(cloud: Cloud) {
    this.cloud = cloud;
  }

  createGroup(name: string): LogGroup {
    const arn = `arn:aws:logs:${this.cloud.region}:${this.cloud.account}:log-group:${name}`;
    const group: LogGroup = {
      name,
      arn,
      created: this.cloud.clock.now(),
      retentionDays: undefined,
      streams: new Map(),
    };
    this.groups.set(name, group);
    return group;
  }

  createStream(group: LogGroup, name: string): LogStream {
    const stream: LogStream = { name, created: this.cloud.clock.now(), events: [] };
    group.streams.set(name, stream);
    return stream;
  }

  /** Accepts lines now; they (and a new stream) can be read 0.5 to 2 seconds later. A group that is gone swallows them. */
  deliver(groupName: string, streamName: string, lines: readonly { timestamp: number; message: string }[]): void {
    const { clock } = this.cloud;
    const key = `${groupName}\n${streamName}`;
    const earliest = clock.now() + this.cloud.random('log-delivery').between(500, 2000);
    const readable = Math.max(earliest, this.readableAt.get(key) ?? 0);
    this.readableAt.set(key, readable);
    clock.after(readable - clock.now(), () => {
      const group = this.groups.get(groupName);
      if (group === undefined) return;
      const stream = group.streams.get(streamName) ?? this.createStream(group, streamName);
      for (const line of lines) stream.events.push({ ...line, ingested: clock.now(), id: this.nextEventId() });
      stream.events.sort((one, other) => one.timestamp - other.timestamp);
    });
  }

  private nextEventId(): string {
    return String(this.eventCount++).padStart(56, '0');
  }
}
