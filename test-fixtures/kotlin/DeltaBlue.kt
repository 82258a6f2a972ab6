// An incremental solver of one-way constraints, after Freeman-Benson and Maloney's DeltaBlue: constraints have strengths and
// methods; the solver keeps the strongest satisfiable ones and makes plans that recompute values.

private enum class Strength {
    REQUIRED, PREFERRED, STRONG, DEFAULT, WEAK, WEAKEST;

    fun isStrongerThan(other: Strength) = ordinal < other.ordinal
}

private fun weaker(a: Strength, b: Strength) = if (a.isStrongerThan(b)) b else a

private class Variable(val name: String, var value: Int) {
    val constraints = ArrayList<Constraint>()
    var determinedBy: Constraint? = null
    var mark = 0
    var walkStrength = Strength.WEAKEST
    var isStay = true
}

private abstract class Constraint(val strength: Strength) {
    abstract val output: Variable

    abstract val isSatisfied: Boolean

    open val isInput get() = false

    abstract fun addToGraph()

    abstract fun removeFromGraph()

    abstract fun chooseMethod(mark: Int)

    abstract fun markUnsatisfied()

    abstract fun markInputs(mark: Int)

    abstract fun inputsKnown(mark: Int): Boolean

    abstract fun recalculate()

    abstract fun execute()

    fun addTo(planner: Planner) {
        addToGraph()
        planner.add(this)
    }

    fun satisfy(mark: Int, planner: Planner): Constraint? {
        chooseMethod(mark)
        if (!isSatisfied) {
            check(strength != Strength.REQUIRED) { "a required constraint cannot be satisfied" }
            return null
        }
        markInputs(mark)
        val overridden = output.determinedBy
        overridden?.markUnsatisfied()
        output.determinedBy = this
        check(planner.propagate(this, mark)) { "cycle" }
        output.mark = mark
        return overridden
    }
}

private abstract class UnaryConstraint(override val output: Variable, strength: Strength) : Constraint(strength) {
    override var isSatisfied = false

    override fun addToGraph() {
        output.constraints.add(this)
        isSatisfied = false
    }

    override fun removeFromGraph() {
        output.constraints.remove(this)
        isSatisfied = false
    }

    override fun chooseMethod(mark: Int) {
        isSatisfied = output.mark != mark && strength.isStrongerThan(output.walkStrength)
    }

    override fun markUnsatisfied() {
        isSatisfied = false
    }

    override fun markInputs(mark: Int) = Unit

    override fun inputsKnown(mark: Int) = true

    override fun recalculate() {
        output.walkStrength = strength
        output.isStay = !isInput
        if (output.isStay) execute()
    }

    override fun execute() = Unit
}

private class Stay(variable: Variable, strength: Strength) : UnaryConstraint(variable, strength)

private class Edit(variable: Variable, strength: Strength) : UnaryConstraint(variable, strength) {
    override val isInput get() = true
}

private enum class Direction { NONE, FORWARD, BACKWARD }

private open class Equality(val first: Variable, val second: Variable, strength: Strength) : Constraint(strength) {
    protected var direction = Direction.NONE

    override val isSatisfied get() = direction != Direction.NONE
    override val output get() = if (direction == Direction.FORWARD) second else first
    protected val input get() = if (direction == Direction.FORWARD) first else second

    protected open val inputs: List<Variable> get() = listOf(input)

    override fun addToGraph() {
        first.constraints.add(this)
        second.constraints.add(this)
        direction = Direction.NONE
    }

    override fun removeFromGraph() {
        first.constraints.remove(this)
        second.constraints.remove(this)
        direction = Direction.NONE
    }

    override fun chooseMethod(mark: Int) {
        fun ifStronger(than: Variable, direction: Direction) =
            if (than.mark != mark && strength.isStrongerThan(than.walkStrength)) direction else Direction.NONE
        direction = when {
            first.mark == mark -> ifStronger(second, Direction.FORWARD)
            second.mark == mark -> ifStronger(first, Direction.BACKWARD)
            second.walkStrength.isStrongerThan(first.walkStrength) -> ifStronger(first, Direction.BACKWARD)
            else -> ifStronger(second, Direction.FORWARD)
        }
    }

    override fun markUnsatisfied() {
        direction = Direction.NONE
    }

    override fun markInputs(mark: Int) = inputs.forEach { it.mark = mark }

    override fun inputsKnown(mark: Int) = inputs.all { it.mark == mark || it.isStay || it.determinedBy == null }

    override fun recalculate() {
        output.walkStrength = weaker(strength, input.walkStrength)
        output.isStay = inputs.all { it.isStay }
        if (output.isStay) execute()
    }

    override fun execute() {
        output.value = input.value
    }
}

private class Scale(source: Variable, val scale: Variable, val offset: Variable, target: Variable, strength: Strength) :
    Equality(source, target, strength) {
    override val inputs get() = listOf(input, scale, offset)

    override fun addToGraph() {
        super.addToGraph()
        scale.constraints.add(this)
        offset.constraints.add(this)
    }

    override fun removeFromGraph() {
        super.removeFromGraph()
        scale.constraints.remove(this)
        offset.constraints.remove(this)
    }

    override fun execute() {
        if (direction == Direction.FORWARD) {
            second.value = first.value * scale.value + offset.value
        } else {
            first.value = (second.value - offset.value) / scale.value
        }
    }
}

private class Planner {
    private var mark = 0

    fun add(constraint: Constraint) {
        val current = ++mark
        var overridden = constraint.satisfy(current, this)
        while (overridden != null) overridden = overridden.satisfy(current, this)
    }

    fun remove(constraint: Constraint) {
        val output = constraint.output
        constraint.markUnsatisfied()
        constraint.removeFromGraph()
        val unsatisfied = removePropagateFrom(output)
        for (strength in Strength.entries) {
            unsatisfied.filter { it.strength == strength }.forEach { add(it) }
        }
    }

    private fun removePropagateFrom(output: Variable): List<Constraint> {
        output.determinedBy = null
        output.walkStrength = Strength.WEAKEST
        output.isStay = true
        val unsatisfied = ArrayList<Constraint>()
        val todo = arrayListOf(output)
        while (todo.isNotEmpty()) {
            val variable = todo.removeLast()
            variable.constraints.filterTo(unsatisfied) { !it.isSatisfied }
            for (next in consumers(variable)) {
                next.recalculate()
                todo.add(next.output)
            }
        }
        return unsatisfied
    }

    private fun consumers(variable: Variable) =
        variable.constraints.filter { it.isSatisfied && it !== variable.determinedBy }

    fun propagate(constraint: Constraint, mark: Int): Boolean {
        val todo = arrayListOf(constraint)
        while (todo.isNotEmpty()) {
            val next = todo.removeLast()
            if (next.output.mark == mark) {
                remove(constraint)
                return false
            }
            next.recalculate()
            todo.addAll(consumers(next.output))
        }
        return true
    }

    fun plan(sources: List<Constraint>): List<Constraint> {
        val current = ++mark
        val plan = ArrayList<Constraint>()
        val todo = ArrayList(sources.filter { it.isInput && it.isSatisfied })
        while (todo.isNotEmpty()) {
            val constraint = todo.removeLast()
            if (constraint.output.mark != current && constraint.inputsKnown(current)) {
                plan.add(constraint)
                constraint.output.mark = current
                todo.addAll(consumers(constraint.output))
            }
        }
        return plan
    }

    fun change(variable: Variable, values: IntRange, each: (Int) -> Unit) {
        val edit = Edit(variable, Strength.PREFERRED)
        edit.addTo(this)
        val plan = plan(listOf(edit))
        for (value in values) {
            variable.value = value
            plan.forEach { it.execute() }
            each(value)
        }
        remove(edit)
    }
}

private fun chain(length: Int) {
    val planner = Planner()
    val variables = List(length + 1) { Variable("v$it", 0) }
    variables.zipWithNext().forEach { (a, b) -> Equality(a, b, Strength.REQUIRED).addTo(planner) }
    Stay(variables.last(), Strength.DEFAULT).addTo(planner)
    var wrong = 0
    planner.change(variables.first(), 0..<100) { if (variables.last().value != it) wrong++ }
    println("chain: ${variables.last().name} = ${variables.last().value}, $wrong wrong")
}

private fun projection(size: Int) {
    val planner = Planner()
    val scale = Variable("scale", 10)
    val offset = Variable("offset", 1000)
    val sources = List(size) { Variable("source$it", it) }
    val targets = List(size) { Variable("target$it", it) }
    for ((source, target) in sources.zip(targets)) {
        Stay(source, Strength.DEFAULT).addTo(planner)
        Scale(source, scale, offset, target, Strength.REQUIRED).addTo(planner)
    }
    val sum = Checksum()
    planner.change(sources.last(), 17..17) { sum.add(targets.last().value) }
    planner.change(targets.last(), 1050..1050) { sum.add(sources.last().value) }
    planner.change(scale, 5..5) { targets.dropLast(1).forEach { sum.add(it.value) } }
    planner.change(offset, 2000..2000) { targets.dropLast(1).forEach { sum.add(it.value) } }
    println("projection: $sum, last ${targets.last().value}")
}

fun deltaBlue(size: Int) {
    chain(size)
    projection(size)
}
