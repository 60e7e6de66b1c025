namespace PyWharf.Support;

/// <summary>A file that must not be accepted.</summary>
/// <param name="Case">What is wrong with it.</param>
/// <param name="Filename">The name it is uploaded under: of foo 1.0.</param>
/// <param name="Content">The file.</param>
internal sealed record HostileArchive(string Case, string Filename, byte[] Content)
{
    public override string ToString() => Case;
}
