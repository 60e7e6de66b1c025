namespace PyWharf.Application.Browsing;

/// <summary>A page of a long list.</summary>
/// <param name="Items">The entries of this page.</param>
/// <param name="Page">The number of this page, from 1.</param>
/// <param name="PageCount">How many pages there are; 1 for an empty list.</param>
/// <param name="Total">How many entries all pages have.</param>
public sealed record Paging<T>(IReadOnlyList<T> Items, int Page, int PageCount, int Total);

/// <summary>Cuts lists into pages.</summary>
public static class Paging
{
    /// <summary>The most entries of a page.</summary>
    public const int MaxSize = 200;

    /// <summary>The entries of a page; those of the last page if there are fewer pages.</summary>
    /// <param name="all">All entries.</param>
    /// <param name="total">How many there are.</param>
    /// <param name="page">The number of the page, from 1.</param>
    /// <param name="size">How many entries a page has.</param>
    public static Paging<T> Of<T>(IEnumerable<T> all, int total, int page, int size = MaxSize)
    {
        var count = Math.Max(1, (total + size - 1) / size);
        var number = Math.Clamp(page, 1, count);

        return new Paging<T>([.. all.Skip((number - 1) * size).Take(size)], number, count, total);
    }
}
