using PyWharf.Application.Rendering;
using PyWharf.Domain;

namespace PyWharf.Application.Indexing;

/// <summary>What a page says of what we publish.</summary>
internal static class PageOf
{
    public static ProjectPage Project(ProjectFiles files)
    {
        var ordered = files.InOrder();

        throw new NotImplementedException();
    }
}
