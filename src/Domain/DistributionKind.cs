namespace PyWharf.Domain;

/// <summary>What kind of distribution a file is.</summary>
public enum DistributionKind
{
    /// <summary>A built distribution that installers use (<c>.whl</c>).</summary>
    Wheel,

    /// <summary>A source archive.</summary>
    Sdist,

    /// <summary>A format that is listed because it is stored, and that no installer of today reads: eggs, Windows installers, system packages.</summary>
    Other,
}
