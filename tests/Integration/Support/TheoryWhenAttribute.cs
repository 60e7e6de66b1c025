namespace PyWharf.Integration.Support;

/// <summary>A theory that is skipped, with the reason, on a machine that has not what it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryWhenAttribute : TheoryAttribute
{
    public TheoryWhenAttribute(params Needs[] needs)
    {
        Needs = needs;
        Skip = Requirement.Unmet(needs);
    }

    public IReadOnlyList<Needs> Needs { get; }
}
