// A simulation of an operating system's scheduler, after Martin Richards' benchmark: devices, handlers, workers and an
// idle task exchange packets.

private const val IDLE = 0
private const val WORKER = 1
private const val HANDLER_A = 2
private const val HANDLER_B = 3
private const val DEVICE_A = 4
private const val DEVICE_B = 5
private const val TASKS = 6
private const val DATA = 4

private enum class Kind { DEVICE, WORK }

private class Packet(var link: Packet?, var id: Int, val kind: Kind) {
    var datum = 0
    val data = IntArray(DATA)

    fun appendTo(queue: Packet?): Packet {
        link = null
        if (queue == null) return this
        var last: Packet = queue
        while (true) last = last.link ?: break
        last.link = this
        return queue
    }
}

private abstract class Task(val scheduler: Scheduler, val id: Int, val priority: Int, var queue: Packet?) {
    var isHeld = false
    var isWaiting = false
    var isReady = true

    abstract fun run(packet: Packet?): Task?

    val isBlocked get() = isHeld || (isWaiting && queue == null)

    fun step(): Task? {
        val packet = if (isWaiting) queue else null
        if (packet != null) {
            queue = packet.link
            isWaiting = false
        }
        return run(packet)
    }
}

private class Scheduler {
    val tasks = arrayOfNulls<Task>(TASKS)
    var queued = 0
    var held = 0
    private var current: Task? = null

    fun add(task: Task, isWaiting: Boolean) {
        tasks[task.id] = task
        task.isWaiting = isWaiting
    }

    private fun best(): Task? {
        var best: Task? = null
        for (task in tasks) {
            if (task != null && !task.isBlocked && task.isReady && (best == null || task.priority > best.priority)) best = task
        }
        return best
    }

    fun schedule() {
        while (true) {
            val task = current?.takeIf { !it.isBlocked && it.isReady } ?: best() ?: return
            current = task.step()
        }
    }

    fun release(id: Int): Task? {
        val task = tasks[id]!!
        task.isHeld = false
        return if (current == null || task.priority > current!!.priority) task else current
    }

    fun hold(task: Task): Task? {
        held++
        task.isHeld = true
        return best()
    }

    fun wait(task: Task): Task {
        task.isWaiting = true
        return task
    }

    fun queue(from: Task, packet: Packet): Task? {
        queued++
        val to = tasks[packet.id]!!
        packet.id = from.id
        to.queue = packet.appendTo(to.queue)
        return if (to.priority > from.priority) to else from
    }
}

private class IdleTask(scheduler: Scheduler, private var left: Int) : Task(scheduler, IDLE, 0, null) {
    private var control = 1

    override fun run(packet: Packet?): Task? {
        if (--left == 0) {
            isReady = false
            return scheduler.hold(this)
        }
        return if (control and 1 == 0) {
            control = control shr 1
            scheduler.release(DEVICE_A)
        } else {
            control = (control shr 1) xor 0xD008
            scheduler.release(DEVICE_B)
        }
    }
}

private class WorkerTask(scheduler: Scheduler, queue: Packet?) : Task(scheduler, WORKER, 1000, queue) {
    private var target = HANDLER_A
    private var letter = 0

    override fun run(packet: Packet?): Task? {
        if (packet == null) return scheduler.wait(this)
        target = if (target == HANDLER_A) HANDLER_B else HANDLER_A
        packet.id = target
        packet.datum = 0
        for (i in packet.data.indices) {
            letter = letter % 26 + 1
            packet.data[i] = letter
        }
        return scheduler.queue(this, packet)
    }
}

private class HandlerTask(scheduler: Scheduler, id: Int, priority: Int, queue: Packet?) : Task(scheduler, id, priority, queue) {
    private var work: Packet? = null
    private var device: Packet? = null

    override fun run(packet: Packet?): Task? {
        if (packet != null) {
            if (packet.kind == Kind.WORK) work = packet.appendTo(work) else device = packet.appendTo(device)
        }
        val first = work
        if (first != null) {
            val count = first.datum
            if (count >= DATA) {
                work = first.link
                return scheduler.queue(this, first)
            }
            val free = device
            if (free != null) {
                device = free.link
                free.datum = first.data[count]
                first.datum = count + 1
                return scheduler.queue(this, free)
            }
        }
        return scheduler.wait(this)
    }
}

private class DeviceTask(scheduler: Scheduler, id: Int, priority: Int) : Task(scheduler, id, priority, null) {
    private var pending: Packet? = null

    override fun run(packet: Packet?): Task? {
        if (packet == null) {
            val done = pending ?: return scheduler.wait(this)
            pending = null
            return scheduler.queue(this, done)
        }
        pending = packet
        return scheduler.hold(this)
    }
}

private fun packets(count: Int, id: Int, kind: Kind): Packet? {
    var packet: Packet? = null
    repeat(count) { packet = Packet(packet, id, kind) }
    return packet
}

fun richards(rounds: Int) {
    var queued = 0
    var held = 0
    repeat(rounds) {
        val scheduler = Scheduler()
        scheduler.add(IdleTask(scheduler, 2000), false)
        scheduler.add(WorkerTask(scheduler, packets(2, WORKER, Kind.WORK)), true)
        scheduler.add(HandlerTask(scheduler, HANDLER_A, 2000, packets(3, DEVICE_A, Kind.DEVICE)), true)
        scheduler.add(HandlerTask(scheduler, HANDLER_B, 3000, packets(3, DEVICE_B, Kind.DEVICE)), true)
        scheduler.add(DeviceTask(scheduler, DEVICE_A, 4000), true)
        scheduler.add(DeviceTask(scheduler, DEVICE_B, 5000), true)
        scheduler.schedule()
        queued += scheduler.queued
        held += scheduler.held
    }
    println("queued $queued, held $held")
}
