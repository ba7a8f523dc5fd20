"""What nvidia-smi and pynvml read, under the names that Fields.java gives the same readings. What they cannot read is left
out, and so is not compared."""

import subprocess

CLOCK_REASONS = {0x1: "GPU_IDLE", 0x2: "APPLICATIONS_CLOCKS_SETTING", 0x4: "SW_POWER_CAP", 0x8: "HW_SLOWDOWN",
                 0x10: "SYNC_BOOST", 0x20: "SW_THERMAL_SLOWDOWN", 0x40: "HW_THERMAL_SLOWDOWN",
                 0x80: "HW_POWER_BRAKE_SLOWDOWN", 0x100: "DISPLAY_CLOCK_SETTING"}
LEVELS = {0: "INTERNAL", 10: "SINGLE", 20: "MULTIPLE", 30: "HOST_BRIDGE", 40: "NODE", 50: "SYSTEM"}
COMPUTE_MODES = ["Default", "Exclusive_Thread", "Prohibited", "Exclusive_Process"]
MIB = 1 << 20
LINKS = 18
RECOVERY_ACTION = 230

# By how much a reading may be off one taken right before or after it, because it moves by itself.
SLACK = {"memory_used": 256 * MIB, "memory_free": 256 * MIB, "utilization": 100, "memory_utilization": 100, "temperature": 5,
         "power_mw": 150_000, "energy_mj": 2_000_000, "clock_graphics": 3000, "clock_sm": 3000, "clock_memory": 12_000}
SMI_SLACK = SLACK | {"memory_total": MIB, "memory_reserved": MIB, "power_limit_mw": 10}


def text(value):
    return value.decode() if isinstance(value, bytes) else value


def smi(environment):
    """One dictionary a GPU."""
    def number(scale=1):
        return lambda word: round(float(word) * scale)

    fields = {
        "uuid": ("uuid", str), "name": ("name", str), "index": ("index", int), "pci.bus_id": ("pci", str),
        "memory.total": ("memory_total", number(MIB)), "memory.used": ("memory_used", number(MIB)),
        "memory.free": ("memory_free", number(MIB)), "memory.reserved": ("memory_reserved", number(MIB)),
        "utilization.gpu": ("utilization", int), "utilization.memory": ("memory_utilization", int),
        "temperature.gpu": ("temperature", int), "power.draw": ("power_mw", number(1000)),
        "enforced.power.limit": ("power_limit_mw", number(1000)), "clocks.gr": ("clock_graphics", int),
        "clocks.sm": ("clock_sm", int), "clocks.mem": ("clock_memory", int),
        "compute_mode": ("compute_mode", COMPUTE_MODES.index),
        "persistence_mode": ("persistence", lambda word: int(word == "Enabled")),
        "ecc.errors.uncorrected.volatile.total": ("ecc_uncorrected_volatile", int)}
    asked = ["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"]
    lines = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout.strip().splitlines()
    gpus = []
    for line in lines:
        gpu = {}
        for (name, convert), word in zip(fields.values(), (part.strip() for part in line.split(","))):
            try:
                gpu[name] = convert(word)
            except ValueError:
                pass  # [N/A] and its kin
        gpus.append(gpu)
    return gpus


def links(nvml, device):
    up = []
    any_at_all = False
    for link in range(LINKS):
        try:
            active = nvml.nvmlDeviceGetNvLinkState(device, link)
        except nvml.NVMLError:
            continue
        any_at_all = True
        if active:
            try:
                up.append(f"{link}:{text(nvml.nvmlDeviceGetNvLinkRemotePciInfo(device, link).busId)}")
            except nvml.NVMLError:
                up.append(f"{link}:?")
    if not any_at_all:
        raise LookupError("no NVLink")
    return " ".join(up)


def recovery(nvml, device):
    field = nvml.nvmlDeviceGetFieldValues(device, [RECOVERY_ACTION])[0]
    if field.nvmlReturn:
        raise LookupError("an older driver")
    return getattr(field.value, "uiVal", field.value)


def pynvml(nvml):
    """One dictionary a GPU."""
    nvml.nvmlInit()
    gpus = []
    devices = []
    while True:
        try:
            devices.append(nvml.nvmlDeviceGetHandleByIndex(len(devices)))
        except (nvml.NVMLError, IndexError):
            break
    for device in devices:
        def of(name, *arguments, device=device):
            return getattr(nvml, f"nvmlDeviceGet{name}")(device, *arguments)

        def pids(kind, of=of):
            return " ".join(str(pid) for pid in sorted(process.pid for process in of(f"{kind}RunningProcesses")))

        def memory(of=of):
            return of("MemoryInfo", nvml.nvmlMemory_v2)

        readings = {
            "uuid": lambda: text(of("UUID")), "name": lambda: text(of("Name")), "index": lambda: of("Index"),
            "pci": lambda: text(of("PciInfo").busId), "minor": lambda: of("MinorNumber"),
            "memory_total": lambda: memory().total, "memory_used": lambda: memory().used,
            "memory_free": lambda: memory().free, "memory_reserved": lambda: memory().reserved,
            "utilization": lambda: of("UtilizationRates").gpu, "memory_utilization": lambda: of("UtilizationRates").memory,
            "temperature": lambda: of("Temperature", 0), "power_mw": lambda: of("PowerUsage"),
            "power_limit_mw": lambda: of("EnforcedPowerLimit"), "energy_mj": lambda: of("TotalEnergyConsumption"),
            "clock_graphics": lambda: of("ClockInfo", 0), "clock_sm": lambda: of("ClockInfo", 1),
            "clock_memory": lambda: of("ClockInfo", 2),
            "clock_reasons": lambda: " ".join(sorted(
                word for bit, word in CLOCK_REASONS.items() if of("CurrentClocksEventReasons") & bit)),
            "ecc_corrected_volatile": lambda: of("TotalEccErrors", 0, 0),
            "ecc_corrected_aggregate": lambda: of("TotalEccErrors", 0, 1),
            "ecc_uncorrected_volatile": lambda: of("TotalEccErrors", 1, 0),
            "ecc_uncorrected_aggregate": lambda: of("TotalEccErrors", 1, 1),
            "remapped_rows": lambda: " ".join(str(int(it)) for it in of("RemappedRows")),
            "recovery_action": lambda: recovery(nvml, device),
            "compute_mode": lambda: of("ComputeMode"), "persistence": lambda: of("PersistenceMode"),
            "mig": lambda: " ".join(str(it) for it in of("MigMode")),
            "compute_processes": lambda: pids("Compute"), "graphics_processes": lambda: pids("Graphics"),
            "mps_processes": lambda: pids("MPSCompute"), "event_types": lambda: of("SupportedEventTypes"),
            "nvlinks": lambda: links(nvml, device),
            "topology": lambda: " ".join(LEVELS[of("TopologyCommonAncestor", other)] for other in devices)}
        gpu = {}
        for name, read in readings.items():
            try:
                gpu[name] = read()
            except (nvml.NVMLError, AttributeError, LookupError):
                pass  # unsupported, or older than the call
        gpus.append(gpu)
    nvml.nvmlShutdown()
    return gpus


def differences(ours, before, after, slack):
    """Names that both read and that do not agree, with the values; and how many agree."""
    wrong, agreed = [], 0
    for name in sorted(before.keys() & after.keys() & ours.keys()):
        mine, reads = ours[name], (before[name], after[name])
        if mine is None:
            same = False
        elif isinstance(reads[0], str):
            same = str(mine).upper() in (read.upper() for read in reads)
        else:
            same = min(reads) - slack.get(name, 0) <= mine <= max(reads) + slack.get(name, 0)
        if same:
            agreed += 1
        else:
            wrong.append(f"{name}: {'unsupported' if mine is None else mine} against {reads[0]}")
    return wrong, agreed
