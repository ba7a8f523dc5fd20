-- A journal as the first version wrote it.
CREATE TABLE event (
    seq  INTEGER PRIMARY KEY,
    at   INTEGER NOT NULL, -- when it was written, milliseconds since 1970
    type TEXT NOT NULL,
    body TEXT NOT NULL     -- JSON
) STRICT;
INSERT INTO event VALUES(1,1795408247736,'daemon_started','{"boot_id":"6fd4964b-617e-4680-af70-ae90a76cedb9","at":1795408247722541992}');
INSERT INTO event VALUES(2,1795408248066,'submitted','{"job":0,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["true"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","name":"first","gpus":0,"after":[],"foreground":false},"at":1795408248052801204}');
INSERT INTO event VALUES(3,1795408248066,'starting','{"job":0,"token":"581a0e6f57d8e6f7ccf6c95d1cf144ea","gpus":[],"at":1795408248052801204}');
INSERT INTO event VALUES(4,1795408248090,'submitted','{"job":1,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["sh","-c","exit 42"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","label":"big","gpus":0,"after":[],"foreground":false},"at":1795408248090262184}');
INSERT INTO event VALUES(5,1795408248109,'started','{"job":0,"process":{"pid":2737,"start_ticks":1687733,"cgroup":"/sys/fs/cgroup/gpuq-job-0-581a0e6f57d8e6f7ccf6c95d1cf144ea"},"at":1795408248089301000}');
INSERT INTO event VALUES(6,1795408248114,'submitted','{"job":2,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["sh","-c","kill -9 $$"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","gpus":0,"after":[],"foreground":false},"at":1795408248110463265}');
INSERT INTO event VALUES(7,1795408248114,'ended','{"job":0,"end":{"how":"finished","usage":{"user_cpu_us":843,"system_cpu_us":0,"peak_memory_bytes":1114112,"run_us":7201}},"at":1795408248096502000,"at_monotonic_ns":16877353517849}');
INSERT INTO event VALUES(8,1795408248114,'starting','{"job":1,"token":"bd73a8d7370b7f6a08fc6cac269cdc5b","gpus":[],"at":1795408248110463265}');
INSERT INTO event VALUES(9,1795408248126,'started','{"job":1,"process":{"pid":2741,"start_ticks":1687736,"cgroup":"/sys/fs/cgroup/gpuq-job-1-bd73a8d7370b7f6a08fc6cac269cdc5b"},"at":1795408248125422000}');
INSERT INTO event VALUES(10,1795408248131,'ended','{"job":1,"end":{"how":"failed","status":{"code":42},"usage":{"user_cpu_us":782,"system_cpu_us":0,"peak_memory_bytes":1634304,"run_us":1982}},"at":1795408248127404000,"at_monotonic_ns":16877373709655}');
INSERT INTO event VALUES(11,1795408248131,'starting','{"job":2,"token":"8e63951b3297ad4fe128bb4ab8352482","gpus":[],"at":1795408248130654901}');
INSERT INTO event VALUES(12,1795408248131,'submitted','{"job":3,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["true"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","gpus":0,"after":[1],"foreground":false},"at":1795408248130654901}');
INSERT INTO event VALUES(13,1795408248131,'ended','{"job":3,"end":{"how":"skipped","parent":1},"at":1795408248130654901,"at_monotonic_ns":16877373709655}');
INSERT INTO event VALUES(14,1795408248137,'started','{"job":2,"process":{"pid":2744,"start_ticks":1687737,"cgroup":"/sys/fs/cgroup/gpuq-job-2-8e63951b3297ad4fe128bb4ab8352482"},"at":1795408248136816000}');
INSERT INTO event VALUES(15,1795408248139,'ended','{"job":2,"end":{"how":"failed","status":{"signal":9,"core":false},"usage":{"user_cpu_us":0,"system_cpu_us":857,"peak_memory_bytes":1466368,"run_us":2483}},"at":1795408248139299000,"at_monotonic_ns":16877382506268}');
INSERT INTO event VALUES(16,1795408248141,'submitted','{"job":4,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["no-such-program"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","gpus":0,"after":[],"foreground":false},"at":1795408248140840207}');
INSERT INTO event VALUES(17,1795408248141,'starting','{"job":4,"token":"efd6b2d200cc3ee4e9361627c146fe05","gpus":[],"at":1795408248140840207}');
INSERT INTO event VALUES(18,1795408248145,'ended','{"job":4,"end":{"how":"not_started","stage":"EXEC","errno":2},"at":1795408248145513552,"at_monotonic_ns":16877388569038}');
INSERT INTO event VALUES(19,1795408248172,'submitted','{"job":5,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["sleep","1000"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","gpus":0,"after":[],"foreground":false},"at":1795408248171779195}');
INSERT INTO event VALUES(20,1795408248172,'starting','{"job":5,"token":"d2f6da690d329005aa6b093fb767304e","gpus":[],"at":1795408248171779195}');
INSERT INTO event VALUES(21,1795408248176,'started','{"job":5,"process":{"pid":2752,"start_ticks":1687741,"cgroup":"/sys/fs/cgroup/gpuq-job-5-d2f6da690d329005aa6b093fb767304e"},"at":1795408248175852000}');
INSERT INTO event VALUES(22,1795408248181,'submitted','{"job":6,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["sleep","2"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","gpus":0,"after":[5],"foreground":false},"at":1795408248180707403}');
INSERT INTO event VALUES(23,1795408248197,'submitted','{"job":7,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["echo","queued"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","gpus":0,"after":[],"foreground":false},"at":1795408248196534473}');
INSERT INTO event VALUES(24,1795408248721,'ended','{"job":7,"end":{"how":"cancelled","by":{"uid":0,"gid":0,"name":"root"},"usage":{"user_cpu_us":0,"system_cpu_us":0,"peak_memory_bytes":0,"run_us":0}},"at":1795408248717444317,"at_monotonic_ns":16877960502387}');
INSERT INTO event VALUES(25,1795408248740,'submitted','{"job":8,"spec":{"user":{"uid":0,"gid":0,"name":"root"},"command":["echo","queued"],"directory":"/tmp","environment":"c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2","umask":18,"limits":"-1:-1 -1:-1 -1:-1 8388608:-1 0:-1 -1:-1 96365:96365 20000:20000 8388608:8388608 -1:-1 -1:-1 96365:96365 819200:819200 0:0 0:0 -1:-1","gpus":0,"after":[],"foreground":false},"at":1795408248739363000}');
CREATE TABLE job (
    id   INTEGER PRIMARY KEY,
    body TEXT NOT NULL     -- JSON
) STRICT;
CREATE TABLE ledger (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL, -- the last event that the snapshot holds
    body TEXT NOT NULL     -- JSON
) STRICT;
CREATE TABLE environment (
    sha256 TEXT PRIMARY KEY,
    body   BLOB NOT NULL   -- entries, each ended by a NUL byte
) STRICT;
INSERT INTO environment VALUES('c3e95541a8661edce3048dc0cd20bd01b8cbf823dd77b88101ce61fcd3cd8fa2',X'484f4d453d2f00504154483d2f7573722f62696e3a2f62696e00');
PRAGMA application_id = 0x67707571;
PRAGMA user_version = 1;
