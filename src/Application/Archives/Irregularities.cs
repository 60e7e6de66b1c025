namespace PyWharf.Application.Archives;

/// <summary>
/// What was found in an archive that the specifications don't allow, and that installers take all the same: worth a warning, and a
/// refusal only where the operator wants it.
/// </summary>
internal sealed class Irregularities
{
    /// <summary>The first one, a sentence; null where there is none.</summary>
    public string? First { get; private set; }

    public void Note(string sentence) => First ??= sentence;
}
