using PyWharf.Application.Rendering;

namespace PyWharf.Unit.Application.Rendering;

public class PageFileTests
{
    [Theory]
    [InlineData("my_pkg-2.0+loc.1-py3-none-any.whl", "my_pkg-2.0%2Bloc.1-py3-none-any.whl")]
    [InlineData("a-1!2.0.tar.gz", "a-1%212.0.tar.gz")]
    [InlineData("a b?#%/:.zip", "a%20b%3F%23%25%2F%3A.zip")]
    [InlineData("\u00e9-1.0.zip", "%C3%A9-1.0.zip")]
    public void The_link_to_a_file_beside_the_page_is_its_encoded_name(string filename, string href) =>
        Assert.Equal(href, PageFile.Beside(filename).Href);

    [Fact]
    public void Upload_times_are_UTC_with_microseconds()
    {
        var time = new DateTimeOffset(2024, 12, 31, 23, 30, 0, TimeSpan.FromHours(-1)).AddTicks(1234567);

        Assert.Equal("2025-01-01T00:30:00.123456Z", PageFile.FormatUploadTime(time));
    }
}
