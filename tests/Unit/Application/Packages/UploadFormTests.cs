using PyWharf.Application.Packages;

namespace PyWharf.Unit.Application.Packages;

public sealed class UploadFormTests
{
    [Theory]
    [InlineData("")]
    [InlineData("UNKNOWN")]
    public void A_field_that_says_nothing_is_absent(string value)
    {
        Assert.Null(Form(("requires_python", value))["requires_python"]);
    }

    [Fact]
    public void A_single_valued_field_that_stands_twice_is_named()
    {
        Assert.Equal("version", Form(("name", "a"), ("version", "1"), ("version", "1")).DoubledField);
    }

    [Fact]
    public void Fields_of_many_values_and_unknown_fields_may_stand_as_often_as_they_like()
    {
        Assert.Null(Form(("classifiers", "a"), ("classifiers", "b"), ("new_field", "a"), ("new_field", "b")).DoubledField);
    }

    [Fact]
    public void The_first_value_of_each_field_is_kept_in_order()
    {
        var first = Form(("b", "1"), ("a", "2"), ("b", "3")).FirstValues();

        Assert.Equal([new("b", "1"), new("a", "2")], first);
    }

    private static UploadForm Form(params (string Name, string Value)[] fields) =>
        new(null, [.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
}
