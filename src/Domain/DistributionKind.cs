namespace PyWharf.Domain;

/// <summary>The kind of a distribution file.</summary>
public enum DistributionKind
{
    /// <summary>A built distribution (<c>.whl</c>).</summary>
    Wheel,

    /// <summary>A source archive.</summary>
    Sdist,

    /// <summary>A stored legacy format that today's installers ignore: eggs, Windows installers, system packages.</summary>
    Other,
}
